namespace Soma.Grains.Searching.Text;

/// <summary>The constants of BM25, which the engine's own ranking and the weights that a vector tier stores have in common.</summary>
public static class Bm25
{
    /// <summary>How soon more of the same term adds little.</summary>
    public const double K1 = 1.2;

    /// <summary>Terms that are added to each text's length before lengths are compared.</summary>
    public const double LengthPrior = 20;
}
