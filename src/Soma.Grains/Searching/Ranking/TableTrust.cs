namespace Soma.Grains.Searching.Ranking;

/// <summary>How far the table's vector of a text can be trusted, by how much the table knows of the text.</summary>
/// <remarks>
/// In a language that the table knows, pieces of more than one letter cover .91 to .99 of the letters; of nonsense in Latin letters
/// they cover .7, and of languages that it does not know nothing. A vector that is not trusted leaves its share of the score to the
/// words. Words that are cut into many pieces are known by their parts only, so they are trusted less: 1.4 pieces a word in full (German),
/// 2 by seven tenths (Arabic), 3.5 (nonsense) not at all.
/// </remarks>
internal static class TableTrust
{
    private const float Nothing = 0.7f;
    private const float Everything = 0.9f;
    private const float FewPieces = 1.4f;
    private const float ManyPieces = 3.5f;

    /// <summary>0: not at all, 1: the full share.</summary>
    public static float Of(TextReading reading) =>
        Math.Clamp((reading.Known - Nothing) / (Everything - Nothing), 0, 1)
        * Math.Clamp((ManyPieces - reading.PiecesPerWord) / (ManyPieces - FewPieces), 0, 1);

    /// <summary>Gives the words what the vectors of single memories lose, because the table knows less of them than of the query.</summary>
    /// <param name="candidates">The memories.</param>
    /// <param name="trust">How far the vector of the query is trusted.</param>
    /// <param name="weight">The full share of the vectors.</param>
    /// <param name="keyword">The scores by words.</param>
    /// <param name="text">The scores by vectors.</param>
    /// <param name="fused">The fused scores, which change.</param>
    public static void DistrustUnknown(Candidates candidates, float trust, float weight, Arm keyword, Arm text, Span<float> fused)
    {
        var snapshot = candidates.Snapshot;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            var (offset, length) = (candidates.OffsetOf(i), snapshot.LengthOf(i));
            if (snapshot.SegmentAt(i).HasUnknown)
            {
                var own = snapshot.SegmentAt(i).Trust[..length];
                ScoreSpan.Shift(keyword.Part(offset, length), text.Part(offset, length), own, trust, weight, fused.Slice(offset, length));
            }
        }
    }
}
