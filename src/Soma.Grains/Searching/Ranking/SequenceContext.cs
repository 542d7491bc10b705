namespace Soma.Grains.Searching.Ranking;

/// <summary>
/// Adds a part of the scores of the memories around a hit: the answer to a question often stands beside the turn that has the
/// question's words, and a session about a subject holds more on it. On conversations this is worth more than any embedding
/// model.
/// </summary>
/// <remarks>
/// Each memory with a sequence gains the larger of .5 × the score of a neighbour one step away and .35 × that of one two steps
/// away (either side; sums of neighbours did worse), and .3 × the mean of its sequence's three best. All gains are computed from
/// the scores before context. Memories that the filter excludes keep their places in the sequence, but lend nothing.
/// </remarks>
internal static class SequenceContext
{
    public const float OneStep = 0.5f;
    public const float TwoSteps = 0.35f;
    public const float WholeSequence = 0.3f;
    private const int BestCount = 3;

    /// <summary>Writes what each candidate gains into <paramref name="gains"/>, which is all zeros.</summary>
    public static void Add(Candidates candidates, ReadOnlySpan<float> fused, Span<float> gains)
    {
        var layout = candidates.Snapshot.Sequences();
        for (var sequence = 0; sequence < layout.Count; sequence++)
        {
            AddSequence(layout.MembersOf(sequence), candidates, fused, gains);
        }
    }

    private static void AddSequence(ReadOnlySpan<int> members, Candidates candidates, ReadOnlySpan<float> fused, Span<float> gains)
    {
        var whole = WholeSequence * MeanOfBest(members, fused);
        for (var i = 0; i < members.Length; i++)
        {
            if (candidates[members[i]])
            {
                var near = Math.Max(ScoreAt(members, i - 1, fused), ScoreAt(members, i + 1, fused));
                var far = Math.Max(ScoreAt(members, i - 2, fused), ScoreAt(members, i + 2, fused));
                gains[members[i]] = Math.Max(OneStep * near, TwoSteps * far) + whole;
            }
        }
    }

    // The fused score of a memory that is no candidate is zero.
    private static float ScoreAt(ReadOnlySpan<int> members, int index, ReadOnlySpan<float> fused) =>
        (uint)index < (uint)members.Length ? fused[members[index]] : 0;

    private static float MeanOfBest(ReadOnlySpan<int> members, ReadOnlySpan<float> fused)
    {
        var (first, second, third) = (0f, 0f, 0f);
        foreach (var member in members)
        {
            var score = fused[member];
            (first, second, third) = score > first ? (score, first, second)
                : score > second ? (first, score, second)
                : score > third ? (first, second, score)
                : (first, second, third);
        }

        return members.IsEmpty ? 0 : (first + second + third) / Math.Min(members.Length, BestCount);
    }
}
