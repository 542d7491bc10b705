namespace Soma.Grains.Searching.Text;

/// <summary>The other spelling of a name with ä, ö, ü, ø or å: who has no such key writes <c>Mueller</c>, <c>Soeren</c>, <c>Aarhus</c>.</summary>
/// <remarks>Only queries are asked for both spellings, and only where the stems of the memory's language do not already unite them.</remarks>
internal static class Umlauts
{
    /// <summary>The folded word in the other spelling; null: it has none.</summary>
    public static string? Other(string word)
    {
        if (word.Length is < 2 or > TokenList.LongestToken / 2)
        {
            return null;
        }

        var lower = word.ToLowerInvariant();
        if (!Ascii.IsValid(lower))
        {
            var written = lower.Replace("ä", "ae", StringComparison.Ordinal).Replace("ö", "oe", StringComparison.Ordinal)
                .Replace("ü", "ue", StringComparison.Ordinal).Replace("ø", "oe", StringComparison.Ordinal)
                .Replace("å", "aa", StringComparison.Ordinal).Replace("ß", "ss", StringComparison.Ordinal);
            return Ascii.IsValid(written) ? written : null;
        }

        // Only a name is worth the attempt: in blue and shoes the e is no sign of an umlaut.
        var other = lower.Replace("ae", "a", StringComparison.Ordinal).Replace("oe", "o", StringComparison.Ordinal)
            .Replace("ue", "u", StringComparison.Ordinal).Replace("aa", "a", StringComparison.Ordinal);
        return char.IsUpper(word[0]) && other.Length < lower.Length ? other : null;
    }
}
