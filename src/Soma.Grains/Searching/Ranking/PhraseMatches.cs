namespace Soma.Grains.Searching.Ranking;

/// <summary>How many of a query's phrases each candidate holds.</summary>
/// <param name="positions">How many positions there are.</param>
/// <param name="phrases">How many different phrases the query has, 1–255.</param>
internal sealed class PhraseMatches(int positions, int phrases)
{
    /// <summary>What a memory gains on the fused score, which reaches 1, by holding every phrase of a hybrid search; a part by a part.</summary>
    /// <remarks>
    /// Chosen, not measured: whoever quotes wants those words as they stand, which neither arm can see. Three times what a
    /// named speaker gives, so that a phrase beats the same words scattered over a shorter text; below one arm's whole
    /// weight, even of three, so that what is best by words and meaning alike stays before a phrase that stands by the way.
    /// </remarks>
    public const float Gain = 0.3f;

    private readonly byte[] _counts = new byte[positions];

    /// <summary>Whether more memories could have held a phrase than were read.</summary>
    public bool IsCut { get; set; }

    public void Add(int position, int count) => _counts[position] += (byte)count;

    public bool HoldsAll(int position) => _counts[position] == phrases;

    public float GainOf(int position) => Gain * _counts[position] / phrases;
}
