namespace Soma.Grains.Searching.Text;

/// <summary>The constants of BM25. The ranking in memory and the weights stored in the vector tier use the same.</summary>
public static class Bm25
{
    /// <summary>Controls how quickly further occurrences of a term stop adding to the score.</summary>
    public const double K1 = 1.2;

    /// <summary>What a word in the further fields of a payload counts, beside the same word in its text.</summary>
    public const float FurtherWeight = 0.5f;

    /// <summary>Terms that are added to each text's length before lengths are compared.</summary>
    public const double LengthPrior = 20;
}
