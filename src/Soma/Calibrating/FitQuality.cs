namespace Soma.Calibrating;

/// <summary>How well a curve holds on pairs that it was not fitted to.</summary>
/// <param name="Error">The expected calibration error: how far the chances that it tells lie from what comes true, on average.</param>
/// <param name="Threshold">The least relevance with which 95 % of the relevant pairs stay.</param>
/// <param name="Silenced">The share of the other pairs that lie below that.</param>
public readonly record struct FitQuality(double Error, double Threshold, double Silenced)
{
    private const int Bins = 10;
    private const double Kept = 0.95;

    /// <param name="curve">The curve that is judged.</param>
    /// <param name="pairs">At least one of them relevant, and one not.</param>
    public static FitQuality Of(RelevanceCurve curve, IEnumerable<LabelledPair> pairs)
    {
        var told = pairs.Select(pair => (pair.Relevant, pair.IsRelevant, Told: curve.Of(pair.Cosine, pair.Cover))).ToList();
        var error = told.GroupBy(pair => Math.Min(Bins - 1, (int)(Bins * pair.Told)))
            .Sum(bin => Math.Abs(bin.Sum(pair => pair.Told) - bin.Sum(pair => pair.Relevant))) / told.Count;
        var relevant = told.Where(pair => pair.IsRelevant).Select(pair => pair.Told).Order().ToList();
        var threshold = relevant[(int)((1 - Kept) * relevant.Count)];
        return new FitQuality(error, threshold, told.Where(pair => !pair.IsRelevant).Average(pair => pair.Told < threshold ? 1 : 0));
    }
}
