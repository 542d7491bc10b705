namespace Soma.Grains.Searching.Text;

/// <summary>What the stemmers of Spanish, Portuguese, French, Italian, Romanian and Catalan leave of a word, as <see cref="Endings"/> does for others.</summary>
internal static class RomanceEndings
{
    /// <summary>Before Spanish Snowball, which keeps the s of short words: <c>años</c>, <c>tíos</c>, <c>luces</c>.</summary>
    public static int SpanishPlural(char[] word, int length)
    {
        var text = word.AsSpan(0, length);
        if (length > 4 && text.EndsWith("ces"))
        {
            word[length - 3] = 'z';
            return length - 2;
        }

        return length > 4 && text.EndsWith("es") && "rlndsyz".Contains(text[^3], StringComparison.Ordinal) ? length - 2
            : (length > 3 && text.EndsWith("os") && !text.EndsWith("mos")) || (length > 3 && (text.EndsWith("as") || text.EndsWith("es"))) ? length - 1
            : length;
    }

    /// <summary>After Spanish Snowball: <c>comió</c> loses its accent before, so it ends in i and not in ió.</summary>
    public static int SpanishEnd(char[] word, int length) => length > 3 && word[length - 1] == 'i' ? length - 1 : length;

    /// <summary>Before Portuguese Snowball, to which <c>limões</c>, <c>hotéis</c> and <c>homens</c> are other words than <c>limão</c>, <c>hotel</c>, <c>homem</c>.</summary>
    public static int PortuguesePlural(char[] word, int length)
    {
        var text = word.AsSpan(0, length);
        if (length > 3 && (text.EndsWith("oes") || text.EndsWith("aes")))
        {
            (word[length - 3], word[length - 2]) = ('a', 'o');
            return length - 1;
        }

        if (length > 4 && (text.EndsWith("ais") || text.EndsWith("eis") || text.EndsWith("ois")))
        {
            word[length - 2] = 'l';
            return length - 1;
        }

        if (length > 4 && text.EndsWith("ns"))
        {
            word[length - 2] = 'm';
            return length - 1;
        }

        return length > 4 && (text.EndsWith("res") || text.EndsWith("zes") || text.EndsWith("ses")) ? length - 2
            : length > 3 && text[^1] == 's' && "aeiou".Contains(text[^2], StringComparison.Ordinal) && !text.EndsWith("mos") ? length - 1
            : length;
    }

    /// <summary>Before the French stemmers: plurals that no ending tells.</summary>
    public static int FrenchPlural(char[] word, int length)
    {
        var singular = word.AsSpan(0, length) switch { "travaux" => "travail", "yeux" => "oeil", _ => "" };
        singular.CopyTo(word);
        return singular.Length > 0 ? singular.Length : length;
    }

    /// <summary>Before Italian Snowball, which takes <c>chiavi</c> and <c>navi</c> for forms of verbs.</summary>
    public static int ItalianPlural(char[] word, int length)
    {
        if (length is > 3 and < 7 && word[length - 2] == 'v' && word[length - 1] == 'i')
        {
            word[length - 1] = 'e';
        }

        return length;
    }

    /// <summary>After Italian Snowball, which keeps the vowel of short words and the h of <c>laghi</c>.</summary>
    public static int ItalianEnd(char[] word, int length)
    {
        length -= length > 2 && "aeio".Contains(word[length - 1], StringComparison.Ordinal) ? 1 : 0;
        return length - (length > 3 && word[length - 1] == 'h' && word[length - 2] is 'c' or 'g' ? 1 : 0);
    }

    /// <summary>After Romanian Snowball: <c>cheie</c>, <c>cheile</c>, and the vowels of <c>floare</c>, <c>flori</c>.</summary>
    public static int RomanianEnd(char[] word, int length)
    {
        length -= length > 3 && word[length - 2] is 'i' or 'e' && word[length - 1] is 'l' or 'r' ? 1 : 0;
        while (length > 3 && word[length - 1] is 'i' or 'e')
        {
            length--;
        }

        if (length > 4 && word[length - 3] == 'o' && word[length - 2] == 'a')
        {
            word[length - 2] = word[length - 1];
            length--;
        }

        return length;
    }

    /// <summary>Before Catalan Snowball, which keeps the s of most plurals.</summary>
    public static int CatalanPlural(char[] word, int length)
    {
        var text = word.AsSpan(0, length);
        return length > 5 && text.EndsWith("ssos") ? length - 3
            : length > 3 && text[^1] == 's' && (text[^2] is 'a' or 'e' or 'i' or 'n' or 't' or 'r' or 'l' || text.EndsWith("us")) ? length - 1
            : length;
    }

    /// <summary>After Catalan Snowball: the ending that short words keep.</summary>
    public static int CatalanEnd(char[] word, int length) => length > 2 && word[length - 1] is 'a' or 'e' or 'o' ? length - 1 : length;
}
