namespace Soma.Grains.Searching.Ranking;

/// <summary>
/// The chance that a memory has to do with a query, whatever else its namespace holds. The constants were fitted by logistic
/// regression to memories that answer a question and to the best answers of other conversations to it (docs/retrieval.md has the
/// data and how well it holds).
/// </summary>
internal static class Relevance
{
    // 1 / (1 + exp(7.3 − 8.4 cosine − 7.9 cover)).
    private const double Threshold = 7.3;
    private const double PerCosine = 8.4;
    private const double PerCover = 7.9;

    // Query and memory of different languages share no words, so the cosine decides alone: 1 / (1 + exp(5 − 14 cosine)).
    private const double AcrossThreshold = 5;
    private const double AcrossPerCosine = 14;

    // The cosines of other models are unknown until a curve is fitted to them. Until then the cover decides alone: 1 / (1 + exp(3.6 − 10.9 cover)).
    private const double CoverThreshold = 3.6;
    private const double CoverPerCover = 10.9;

    /// <param name="cosine">Cosine of the query's table vector and the memory's vector in that space; null: there is none that the curve knows.</param>
    /// <param name="cover">Share of the query's words, by what they say, that stand in the memory or near it in its conversation.</param>
    /// <param name="areLanguagesDifferent">Whether query and memory are of different languages or scripts.</param>
    public static double Of(double? cosine, double cover, bool areLanguagesDifferent)
    {
        if (cosine is not { } known)
        {
            return Logistic((CoverPerCover * cover) - CoverThreshold);
        }

        var relevance = Logistic((PerCosine * known) + (PerCover * cover) - Threshold);
        return areLanguagesDifferent ? Math.Max(relevance, Logistic((AcrossPerCosine * known) - AcrossThreshold)) : relevance;
    }

    private static double Logistic(double evidence) => 1 / (1 + Math.Exp(-evidence));
}
