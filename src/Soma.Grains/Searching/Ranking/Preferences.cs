namespace Soma.Grains.Searching.Ranking;

/// <summary>What a request prefers besides evidence: newer memories, and more important ones, each as far as the request gives it weight.</summary>
/// <remarks>
/// The score becomes the weighted mean of the evidence (weight 1), the recency 2^(−age / half-life) and the importance divided by
/// the largest among the candidates, so it stays within 0–1. Example: evidence .8, recency .5 with weight 1: (.8 + .5) / 2 = .65.
/// </remarks>
internal sealed class Preferences(Candidates candidates, SearchRequest request)
{
    private readonly SearchMemories _asked = request.Asked;
    private readonly double _largestImportance = request.Asked.ImportanceWeight > 0 ? candidates.LargestImportance() : 0;

    /// <returns>Null if the request gives weight to neither.</returns>
    public static Preferences? Of(Candidates candidates, SearchRequest request) =>
        request.Asked.RecencyWeight > 0 || request.Asked.ImportanceWeight > 0 ? new Preferences(candidates, request) : null;

    public float Blend(float score, int position) => (float)(
        (score + (_asked.RecencyWeight * (RecencyOf(position) ?? 0)) + (_asked.ImportanceWeight * (ImportanceOf(position) ?? 0)))
        / (1 + _asked.RecencyWeight + _asked.ImportanceWeight));

    /// <summary>0–1 by the age of the latest write; null if recency has no weight.</summary>
    public double? RecencyOf(int position)
    {
        if (_asked.RecencyWeight <= 0)
        {
            return null;
        }

        var age = Math.Max(0, request.Now.Microseconds - candidates.SlotAt(position).UpdatedAt.Microseconds);
        return Math.Pow(2, -age / (request.RecencyHalfLife.TotalSeconds * Instant.MicrosecondsPerSecond));
    }

    /// <summary>0–1; null if importance has no weight.</summary>
    public double? ImportanceOf(int position) =>
        _asked.ImportanceWeight <= 0 ? null
        : _largestImportance > 0 ? Math.Clamp(candidates.SlotAt(position).Importance / _largestImportance, 0, 1)
        : 0;
}
