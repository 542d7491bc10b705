using System.Text;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Tests.Searching;

/// <summary>An index beside what is stored of its memories, which counts what is read.</summary>
internal sealed class StoredContents
{
    private readonly Dictionary<long, StoredContent> _contents = [];
    private readonly SearchIndex _index = new(IndexFixture.Embedder.Dimension);
    private long _seq;

    public StoredContents() => _index.CompleteLoading();

    /// <summary>How many versions were asked for.</summary>
    public int Reads { get; private set; }

    /// <summary>Stores a memory; without a text its payload decides what is indexed.</summary>
    public void Put(int number, string? text, string payload = "{}")
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        _contents[++_seq] = new StoredContent(bytes, text);
        var content = IndexFixture.Indexer.Prepare(bytes, text, NamespaceSettings.DefaultSequenceFields);
        _index.Put(IndexFixture.Entry(number, _seq, "").Holding(content));
    }

    public void Remove(int number)
    {
        _seq++;
        _index.Remove(IndexFixture.At(number));
    }

    /// <summary>Loses what is stored of every version, as a purge would.</summary>
    public void Purge() => _contents.Clear();

    public async Task<SearchOutcome> SearchAsync(SearchRequest request) => await Searcher.SearchAsync(
        _index.Publish(_seq),
        request,
        (seqs, _) =>
        {
            Reads += seqs.Count;
            return Task.FromResult<IReadOnlyDictionary<long, StoredContent>>(
                seqs.Where(_contents.ContainsKey).ToDictionary(seq => seq, seq => _contents[seq]));
        },
        CancellationToken.None);

    /// <summary>The numbers of what a keyword search finds, in rising order.</summary>
    public Task<IReadOnlyList<int>> FindAsync(string query) => FindAsync(IndexFixture.Query(query, SearchMode.Keyword));

    public async Task<IReadOnlyList<int>> FindAsync(SearchRequest request) =>
        [.. (await SearchAsync(request)).Hits.Select(hit => (int)hit.Coordinate.ToNumbers()[0]).Order()];
}
