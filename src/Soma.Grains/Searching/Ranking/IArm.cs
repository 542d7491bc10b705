namespace Soma.Grains.Searching.Ranking;

/// <summary>One way of scoring the candidates of a request.</summary>
internal interface IArm : IDisposable
{
    /// <summary>Takes the smallest and the largest score of all candidates, which normalising goes by.</summary>
    /// <returns>False: no candidate has a score that tells it from the others or speaks for it.</returns>
    bool Measure(Candidates candidates);

    /// <summary>Adds each candidate's normalised score, times the weight.</summary>
    void AddTo(Span<float> sums, Candidates candidates, float weight);

    /// <summary>The score of a position brought to 0–1; 0 where it has none.</summary>
    float Normalised(int position);

    /// <summary>The score as it was made; null: the memory has nothing to be scored by.</summary>
    double? Raw(int position);

    /// <summary>Whether the score speaks for the memory at all.</summary>
    bool IsEvidence(int position);
}
