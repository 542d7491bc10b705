using System.Buffers;

namespace Soma.Grains.Searching.Ranking;

/// <summary>One way of scoring the candidates of a search, such as by words.</summary>
internal interface IArm : IDisposable
{
    /// <summary>Finds the smallest and the largest score of all candidates, between which scores are normalised.</summary>
    /// <returns>False if the arm says nothing: no candidate has a score above zero, and all scores are alike.</returns>
    bool Measure(Candidates candidates);

    /// <summary>Adds each candidate's normalised score, times the weight.</summary>
    void AddTo(Span<float> sums, Candidates candidates, float weight);

    /// <summary>The score normalised to 0–1; 0 if the memory has none.</summary>
    float Normalised(int position);

    /// <summary>The score before normalising; null if the memory has nothing to be scored by.</summary>
    double? Raw(int position);

    /// <summary>Whether the score is above zero, which counts as evidence for the memory.</summary>
    bool IsEvidence(int position);
}

/// <summary>Holds one raw score for each position, or NaN if the memory is no candidate or has nothing to be scored by.</summary>
internal sealed class Arm : IArm
{
    private readonly float[] _scores;

    /// <param name="positions">How many positions there are.</param>
    /// <param name="initial">The score of memories that are not scored: NaN for vectors, 0 for words.</param>
    public Arm(int positions, float initial)
    {
        _scores = ArrayPool<float>.Shared.Rent(positions);
        Scores = new ArraySegment<float>(_scores, 0, positions);
        Scores.AsSpan().Fill(initial);
    }

    /// <param name="positions">How many positions there are.</param>
    /// <param name="scores">The scores, in an array from the shared pool, which the arm returns.</param>
    public Arm(int positions, float[] scores)
    {
        _scores = scores;
        Scores = new ArraySegment<float>(_scores, 0, positions);
    }

    public ArraySegment<float> Scores { get; }

    private float Lowest { get; set; }

    private float Range { get; set; }

    public bool Measure(Candidates candidates)
    {
        // If all scores are alike, they do not distinguish memories. Scores above zero are still evidence, so each counts as 1.
        var (lowest, highest) = ScoreSpan.Range(Scores);
        (Lowest, Range) = highest > lowest ? (lowest, highest - lowest) : highest > 0 ? (0, highest) : (0, float.PositiveInfinity);
        return !float.IsPositiveInfinity(Range);
    }

    /// <summary>Some of the scores, with the range of all.</summary>
    public RangedScores Part(int from, int length) => new(Scores.AsSpan(from, length), Lowest, Range);

    public void AddTo(Span<float> sums, Candidates candidates, float weight)
    {
        if (!float.IsPositiveInfinity(Range))
        {
            ScoreSpan.AddScaled(Part(0, Scores.Count), sums, weight);
        }
    }

    public float Normalised(int position)
    {
        var score = Scores[position];
        return float.IsNaN(score) || float.IsPositiveInfinity(Range) ? 0 : Math.Clamp((score - Lowest) / Range, 0, 1);
    }

    public double? Raw(int position) => float.IsNaN(Scores[position]) ? null : Scores[position];

    public bool IsEvidence(int position) => Scores[position] > 0;

    /// <summary>The next position from <paramref name="from"/> on whose score is evidence; the number of positions if there is none.</summary>
    public int NextEvidence(int from) => ScoreSpan.NextOutside(Scores, from, float.NegativeInfinity, float.Epsilon);

    public void Dispose() => ArrayPool<float>.Shared.Return(_scores);
}

/// <summary>
/// Scores texts in two spaces whose scores cannot be compared: by the sentence model's vector if a memory has one, else by the
/// table's. Each score is normalised within its own space.
/// </summary>
internal sealed class TwoSpaceArm(Arm model, Arm table) : IArm
{
    public bool Measure(Candidates candidates)
    {
        var (hasModel, hasTable) = (model.Measure(candidates), table.Measure(candidates));
        return hasModel || hasTable;
    }

    public void AddTo(Span<float> sums, Candidates candidates, float weight)
    {
        for (var i = 0; i < candidates.Positions; i++)
        {
            sums[i] += candidates[i] ? weight * Normalised(i) : 0;
        }
    }

    public float Normalised(int position) => Of(position).Normalised(position);

    public double? Raw(int position) => Of(position).Raw(position);

    public bool IsEvidence(int position) => Of(position).IsEvidence(position);

    public void Dispose()
    {
        model.Dispose();
        table.Dispose();
    }

    private Arm Of(int position) => float.IsNaN(model.Scores[position]) ? table : model;
}
