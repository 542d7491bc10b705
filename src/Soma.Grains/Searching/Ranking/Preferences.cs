using Soma.Grains.Interfaces;

namespace Soma.Grains.Searching.Ranking;

/// <summary>What a request prefers beside evidence: newer memories, more important ones. Off unless it gives them weight.</summary>
/// <remarks>
/// The score becomes the weighted mean of the evidence (weight 1), the recency 2^(−age / half-life) and the importance
/// against the largest among the candidates, so it stays within 0–1.
/// </remarks>
internal sealed class Preferences
{
    private readonly Candidates _candidates;
    private readonly SearchRequest _request;
    private readonly double _largestImportance;

    private Preferences(Candidates candidates, SearchRequest request)
    {
        (_candidates, _request) = (candidates, request);
        for (var i = 0; request.ImportanceWeight > 0 && i < candidates.Positions; i++)
        {
            _largestImportance = candidates[i] ? Math.Max(_largestImportance, candidates.SlotAt(i).Importance) : _largestImportance;
        }
    }

    /// <summary>Null: the request gives weight to neither.</summary>
    public static Preferences? Of(Candidates candidates, SearchRequest request) =>
        request.RecencyWeight > 0 || request.ImportanceWeight > 0 ? new Preferences(candidates, request) : null;

    public float Blend(float score, int position) => (float)(
        (score + (_request.RecencyWeight * (RecencyOf(position) ?? 0)) + (_request.ImportanceWeight * (ImportanceOf(position) ?? 0)))
        / (1 + _request.RecencyWeight + _request.ImportanceWeight));

    /// <summary>0–1 by the last write's age; null: it has no weight.</summary>
    public double? RecencyOf(int position)
    {
        if (_request.RecencyWeight <= 0)
        {
            return null;
        }

        var age = Math.Max(0, _request.Now.Microseconds - _candidates.SlotAt(position).UpdatedAt.Microseconds);
        return Math.Pow(2, -age / (_request.RecencyHalfLife.TotalSeconds * Instant.MicrosecondsPerSecond));
    }

    /// <summary>0–1; null: it has no weight.</summary>
    public double? ImportanceOf(int position) =>
        _request.ImportanceWeight <= 0 ? null
        : _largestImportance > 0 ? Math.Clamp(_candidates.SlotAt(position).Importance / _largestImportance, 0, 1)
        : 0;
}
