#pragma warning disable
using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;
using Soma.Grains.Storage;
namespace Soma.Grains.Engine.Searching
{
public sealed class IndexSnapshot { public long Seq; public Dictionary<Coordinate, IndexEntry> All = new(); }
public sealed class SearchIndex {
  readonly Dictionary<Coordinate, IndexEntry> _d = new(); readonly HashSet<Coordinate> _touched = new();
  public bool IsLoaded {get; private set;} public long Bytes => _d.Count * 2000L; public IndexSnapshot Current {get; private set;} = new();
  public void Put(IndexEntry e) { _touched.Add(e.Coordinate); _d[e.Coordinate] = e; }
  public void Remove(Coordinate c) { _touched.Add(c); _d.Remove(c); }
  public void AddLoaded(IndexEntry e) { if (_touched.Add(e.Coordinate)) _d[e.Coordinate] = e; }
  public void CompleteLoading() => IsLoaded = true;
  public IndexSnapshot Publish(long seq) => Current = new() { Seq = seq, All = new(_d) };
}
public delegate Task<IReadOnlyDictionary<long, byte[]>> PayloadReader(IReadOnlyCollection<long> seqs, CancellationToken ct);
public static class Payloads { public static PayloadReader Reader(ICanonicalStore s, long id) => throw new NotImplementedException(); }
public static class RowFilter { public static bool Matches(FilterExpression f, MemoryRow r) => true; }
public sealed record RankedHit(Coordinate Coordinate, long Seq, double Score, ScoreExplanation? Explanation);
public sealed record SearchOutcome(IReadOnlyList<RankedHit> Hits);
public sealed record SearchRequest { public string Query=""; public float[]? QueryVector, BroughtVector; public int TopK, Offset; public FilterExpression? Filter; public MemoryType? Type; public SearchMode Mode; public double MinScore; public bool Explain; public Instant Now; }
public sealed record ListRequest { public FilterExpression? Filter; public MemoryType? Type; public Instant Now; public ListOrder Order; public bool Descending; public (double, Coordinate)? After; public int Limit; }
public sealed record ListItem(Coordinate Coordinate, long Seq, double Key);
public sealed record ListPage(IReadOnlyList<ListItem> Items, bool HasMore);
public static class Searcher { public static Task<SearchOutcome> SearchAsync(IndexSnapshot s, SearchRequest r, PayloadReader p, CancellationToken ct) => throw new NotImplementedException(); }
public static class Listing {
 public static Task<ListPage> PageAsync(IndexSnapshot s, ListRequest r, PayloadReader p, CancellationToken ct) => throw new NotImplementedException();
 public static Task<IReadOnlyList<Coordinate>> MatchingAsync(IndexSnapshot s, FilterExpression? f, Instant now, PayloadReader p, CancellationToken ct) => throw new NotImplementedException(); }
}
