namespace Soma.Grains.Searching.Ranking;

/// <summary>How far the table's vector of a text can be trusted, by how much the table knows of the text.</summary>
/// <remarks>
/// In a language that the table knows, pieces of more than one letter cover .91 to .99 of the letters; of nonsense in Latin letters
/// they cover .7, and of languages that it does not know nothing. A vector that is not trusted leaves its share of the score to the
/// words.
/// </remarks>
internal static class TableTrust
{
    private const float Nothing = 0.7f;
    private const float Everything = 0.9f;

    /// <summary>0: not at all, 1: the full share.</summary>
    public static float Of(TextReading reading) => Math.Clamp((reading.Known - Nothing) / (Everything - Nothing), 0, 1);
}
