using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Searching;

/// <summary>Makes entries of short texts, embedded by a table of its own: each letter is one dimension.</summary>
internal static class IndexFixture
{
    public static readonly Instant Now = new(1_000_000_000);

    public static readonly LetterEmbedder Embedder = new();

    public static readonly ContentIndexer Indexer = new(Embedder);

    public static Coordinate At(int number) => Coordinate.FromCanonical(number.ToString(CultureInfo.InvariantCulture) + ".0");

    public static IndexEntry Entry(int number, long seq, string text, string? payload = null, long? createdSeq = null, double importance = 1)
    {
        var content = Indexer.Prepare(Encoding.UTF8.GetBytes(payload ?? "{}"), text, NamespaceSettings.DefaultSequenceFields);
        var row = new MemoryRow
        {
            Coordinate = At(number),
            Seq = seq,
            Version = 1,
            Alive = true,
            CreatedSeq = createdSeq ?? seq,
            Importance = importance,
            CreatedAt = new Instant(seq),
            UpdatedAt = new Instant(seq),
            HasText = content.HasText,
        };
        return new IndexEntry { Row = row, Content = content };
    }

    /// <summary>The entries as a part that an index takes in while it is loaded.</summary>
    public static LoadedSegment Loaded(params IReadOnlyList<IndexEntry> entries)
    {
        var segment = new LoadedSegment(entries.Count, Embedder.Dimension, 0);
        entries.ToList().ForEach(segment.Add);
        return segment;
    }

    /// <summary>The entry of a changed row.</summary>
    public static IndexEntry With(this IndexEntry entry, Func<MemoryRow, MemoryRow> change) => entry with { Row = change(entry.Row) };

    /// <summary>The entry with another content.</summary>
    public static IndexEntry Holding(this IndexEntry entry, IndexedContent content) =>
        entry.With(row => row with { HasText = content.HasText }) with { Content = content };

    public static IndexEntry WithVector(this IndexEntry entry, float[] vector) =>
        entry.With(row => row with { BroughtVector = MemoryMarshal.AsBytes<float>(vector).ToArray() });

    public static SearchRequest Query(string query, SearchMode mode = SearchMode.Hybrid, int topK = 1000) => new()
    {
        Asked = new SearchMemories { Query = query, Mode = mode, TopK = topK, Explain = true, Timeout = default },
        TextVector = VectorOf(query),
        Now = Now,
        UseContext = false,
    };

    /// <summary>The request with another query.</summary>
    public static SearchRequest Asking(this SearchRequest request, Func<SearchMemories, SearchMemories> change) =>
        request with { Asked = change(request.Asked) };

    public static float[]? VectorOf(string text)
    {
        var vector = new float[Embedder.Dimension];
        return Embedder.TryEmbed(text, vector) ? vector : null;
    }

    public static async Task<IReadOnlyList<RankedMemory>> SearchAsync(IndexSnapshot snapshot, SearchRequest request) =>
        (await Searcher.SearchAsync(snapshot, request, NoRowsAsync, CancellationToken.None)).Hits;

    public static Task<IReadOnlyDictionary<long, StoredContent>> NoRowsAsync(
        IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("No row should be needed.");

    internal sealed class LetterEmbedder : ITextEmbedder
    {
        public string ModelName => "letters";

        public int Dimension => 32;

        public bool TryEmbed(ReadOnlySpan<char> text, Span<float> destination)
        {
            destination.Clear();
            var sum = 0f;
            foreach (var letter in text)
            {
                if (char.IsAsciiLetterLower(letter))
                {
                    destination[letter - 'a']++;
                }
            }

            foreach (var count in destination)
            {
                sum += count * count;
            }

            for (var i = 0; sum > 0 && i < destination.Length; i++)
            {
                destination[i] /= MathF.Sqrt(sum);
            }

            return sum > 0;
        }
    }
}
