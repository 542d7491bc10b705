using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching.Ranking;

/// <summary>What a request prefers besides evidence: newer memories, and more important ones, each as far as the request gives it weight.</summary>
/// <remarks>
/// The score becomes the weighted mean of the evidence (weight 1), the recency 2^(−age / half-life) and the importance, as it has faded
/// (<see cref="Fading"/>), divided by the largest among the candidates, so it stays within 0–1. Example: evidence .8, recency .5 with weight 1: (.8 + .5) / 2 = .65.
/// Of a memory that has none of the query's words, where others have some, recency and importance count only as far as its
/// evidence goes: .8 × (1 + .5) / 2 = .6. Otherwise whatever was written today would come before what the query asks for.
/// </remarks>
internal sealed class Preferences(Candidates candidates, SearchRequest request)
{
    private readonly SearchMemories _asked = request.Asked;
    private readonly FilterField _field = FilterField.Parse(request.Asked.RecencyField ?? "timestamp");
    private readonly double _largestImportance = request.Asked.ImportanceWeight > 0 ? candidates.LargestImportance(request.Fading) : 0;

    /// <returns>Null if the request gives weight to neither.</returns>
    public static Preferences? Of(Candidates candidates, SearchRequest request) =>
        request.Asked.RecencyWeight > 0 || request.Asked.ImportanceWeight > 0 ? new Preferences(candidates, request) : null;

    /// <param name="score">The evidence.</param>
    /// <param name="position">The memory.</param>
    /// <param name="lacksWords">Whether it has none of the query's words, and others have some.</param>
    public float Blend(float score, int position, bool lacksWords)
    {
        var preferred = (_asked.RecencyWeight * (RecencyOf(position) ?? 0)) + (_asked.ImportanceWeight * (ImportanceOf(position) ?? 0));
        return (float)((score + (lacksWords ? score * preferred : preferred)) / (1 + _asked.RecencyWeight + _asked.ImportanceWeight));
    }

    /// <summary>0–1 by the age of the field that recency goes by; null if recency has no weight.</summary>
    public double? RecencyOf(int position)
    {
        if (_asked.RecencyWeight <= 0)
        {
            return null;
        }

        var age = Math.Max(0, request.Now.Microseconds - TimeOf(candidates.SlotAt(position)));
        return Math.Pow(2, -age / (request.RecencyHalfLife.TotalSeconds * Instant.MicrosecondsPerSecond));
    }

    // A chat that was imported today has its own times. A memory without the field counts as old as its latest write.
    private long TimeOf(in Slot slot) => _field.Source switch
    {
        FilterSource.CreatedAt => slot.CreatedAt.Microseconds,
        FilterSource.UpdatedAt => slot.UpdatedAt.Microseconds,
        _ => slot.Fields.TimeAt(_field.Path) ?? slot.UpdatedAt.Microseconds,
    };

    /// <summary>0–1; null if importance has no weight.</summary>
    public double? ImportanceOf(int position) =>
        _asked.ImportanceWeight <= 0 ? null
        : _largestImportance > 0 ? Math.Clamp(candidates.ImportanceAt(position, request.Fading) / _largestImportance, 0, 1)
        : 0;
}
