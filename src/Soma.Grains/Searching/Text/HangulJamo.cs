namespace Soma.Grains.Searching.Text;

/// <summary>Composes Korean syllables whose letters are written one by one, as file names of some systems are.</summary>
internal static class HangulJamo
{
    private const char FirstSyllable = '\uAC00';
    private const char LastSyllable = '\uD7A3';
    private const int Vowels = 21;
    private const int Ends = 28;

    /// <summary>The syllable of two neighbouring characters; <c>'\0'</c>: they make none.</summary>
    public static char TryCompose(char before, char letter) => (before, letter) switch
    {
        ( >= '\u1100' and <= '\u1112', >= '\u1161' and <= '\u1175') =>
            (char)(FirstSyllable + ((((before - '\u1100') * Vowels) + (letter - '\u1161')) * Ends)),
        ( >= FirstSyllable and <= LastSyllable, >= '\u11A8' and <= '\u11C2') when (before - FirstSyllable) % Ends == 0 =>
            (char)(before + (letter - '\u11A7')),
        _ => '\0',
    };
}
