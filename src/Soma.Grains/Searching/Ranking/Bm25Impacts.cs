using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Ranking;

/// <summary>
/// What an occurrence of a term adds to a memory's score in one snapshot, before the term's weight. It depends only on the length of
/// the text and the number of occurrences, so it is computed once for the usual ones.
/// </summary>
internal sealed class Bm25Impacts
{
    private const int OccurrenceBits = 3;
    private const int Lengths = 128;

    private readonly float[] _known = new float[Lengths << OccurrenceBits];
    private readonly double _meanLength;

    public Bm25Impacts(double meanLength)
    {
        _meanLength = meanLength;
        for (var i = 0; i < _known.Length; i++)
        {
            _known[i] = Of(i >> OccurrenceBits, i & ((1 << OccurrenceBits) - 1));
        }
    }

    /// <summary>The impacts of short texts with few occurrences, by <see cref="PlaceOf"/>.</summary>
    public ReadOnlySpan<float> Known => _known;

    /// <summary>Where <see cref="Known"/> has the impact, or a number beyond its end.</summary>
    public static uint PlaceOf(int length, int occurrences) =>
        occurrences < 1 << OccurrenceBits ? ((uint)length << OccurrenceBits) | (uint)occurrences : uint.MaxValue;

    public float Of(int length, int occurrences)
    {
        var norm = Bm25.K1 * (length + Bm25.LengthPrior) / (_meanLength + Bm25.LengthPrior);
        return (float)(occurrences * (Bm25.K1 + 1) / (occurrences + norm));
    }
}
