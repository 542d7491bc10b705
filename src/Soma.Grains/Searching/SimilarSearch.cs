using Soma.Grains.Searching.Likeness;

namespace Soma.Grains.Searching;

/// <summary>Finds the memories of a snapshot that may say the same as a new one. Works off the grain's turn.</summary>
public static class SimilarSearch
{
    private const int MostEqual = 64;
    private const int MostNear = 32;

    // The beginning of a long text is enough to find its like by words; its vector stands for the whole.
    private const int LongestQuery = 300;

    /// <summary>
    /// Returns the memories whose hash is that of the new one, and those that a search for its text finds first. How alike they are is
    /// told by their texts, which the caller reads.
    /// </summary>
    public static async Task<IReadOnlyCollection<(Coordinate Coordinate, long Seq)>> FindAsync(
        IndexSnapshot snapshot, ComparedMemory memory, TextReading reading, Instant now, CancellationToken cancellationToken)
    {
        var request = new SearchRequest
        {
            Asked = new SearchMemories { Query = QueryOf(memory.Text), TopK = MostNear, Mode = SearchMode.Hybrid, Timeout = default },
            TextVector = memory.Vector,
            TableVector = memory.Vector,
            Reading = reading,
            BroughtVector = memory.Text.Length == 0 ? BroughtOf(snapshot, memory) : null,
            Now = now,
            UseContext = false,
        };
        var found = WithHash(snapshot, memory.Hash);
        if (request.Asked.Query.Length > 0 || request.BroughtVector is not null)
        {
            var near = await Searcher.SearchAsync(snapshot, request, static (_, _) => throw new InvalidOperationException("No filter, no phrase."), cancellationToken);
            found.UnionWith(near.Hits.Select(hit => (hit.Coordinate, hit.Seq)));
        }

        return found;
    }

    /// <summary>The newest living memories with this hash.</summary>
    private static HashSet<(Coordinate Coordinate, long Seq)> WithHash(IndexSnapshot snapshot, uint hash)
    {
        var found = new HashSet<(Coordinate, long)>();
        for (var i = snapshot.SegmentCount - 1; i >= 0; i--)
        {
            var segment = snapshot.SegmentAt(i);
            var hashes = segment.LikenessHashes[..snapshot.LengthOf(i)];
            for (var slot = hashes.LastIndexOf(hash); slot >= 0 && found.Count < MostEqual; slot = hashes[..slot].LastIndexOf(hash))
            {
                if (segment.LivesAt(slot, snapshot.Publication))
                {
                    found.Add((segment[slot].Coordinate, segment[slot].Seq));
                }
            }
        }

        return found;
    }

    // Quotation marks would ask for phrases, which are looked for in stored texts.
    private static string QueryOf(string text) =>
        text[..Math.Min(text.Length, LongestQuery)].Replace('"', ' ').Replace('\u201C', ' ').Trim();

    private static float[]? BroughtOf(IndexSnapshot snapshot, ComparedMemory memory) =>
        memory.BroughtNumbers is { } numbers && numbers.Length == snapshot.BroughtDimension ? numbers : null;
}
