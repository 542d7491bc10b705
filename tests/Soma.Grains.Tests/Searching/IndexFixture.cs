using System.Globalization;
using System.Text;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Tests.Searching;

/// <summary>Makes entries of short texts, embedded by a table of its own: each letter is one dimension.</summary>
internal static class IndexFixture
{
    public static readonly Instant Now = new(1_000_000_000);

    public static readonly LetterEmbedder Embedder = new();

    public static readonly ContentIndexer Indexer = new(Embedder);

    public static Coordinate At(int number) => Coordinate.FromCanonical(number.ToString(CultureInfo.InvariantCulture) + ".0");

    public static IndexEntry Entry(int number, long seq, string text, string? payload = null, long? createdSeq = null, double importance = 1) => new()
    {
        Coordinate = At(number),
        Seq = seq,
        CreatedSeq = createdSeq ?? seq,
        Type = MemoryType.Episodic,
        Importance = importance,
        CreatedAt = new Instant(seq),
        UpdatedAt = new Instant(seq),
        Content = Indexer.Prepare(Encoding.UTF8.GetBytes(payload ?? "{}"), text, NamespaceSettings.DefaultSequenceFields),
    };

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
