namespace Soma.Grains.Searching.Text;

/// <summary>What the stemmers of German, Dutch, Swedish, Norwegian and Danish leave of a word, as <see cref="Endings"/> does for others.</summary>
internal static class GermanicEndings
{
    /// <summary>Before the Dutch stemmers: plurals in 's, and plurals with a stem of their own.</summary>
    public static int DutchPlural(char[] word, int length)
    {
        var text = word.AsSpan(0, length);
        var other = text switch
        {
            "kind" => "kinderen",
            "ei" => "eieren",
            "stad" => "steden",
            "schip" => "schepen",
            "lid" => "leden",
            "lied" => "liederen",
            "kalf" => "kalveren",
            _ => "",
        };
        if (other.Length > 0)
        {
            other.CopyTo(word);
            return other.Length;
        }

        return length > 4 && text.EndsWith("een") && text[^4] is 'i' or 'e' ? length - 2
            : length > 4 && (text.EndsWith("os") || text.EndsWith("as")) && !"aeiou".Contains(text[^3], StringComparison.Ordinal) ? length - 1
            : length;
    }

    /// <summary>Before German Snowball: <c>Autos</c>, <c>Babys</c>, <c>Ärztinnen</c>, <c>Schlüsseln</c>.</summary>
    public static int GermanPlural(char[] word, int length)
    {
        var text = word.AsSpan(0, length);
        return length > 6 && text.EndsWith("innen") ? length - 3
            : length > 5 && text.EndsWith("eln") ? length - 1
            : length > 4 && ((text.EndsWith("os") && !text.EndsWith("los")) || text.EndsWith("ys")) ? length - 1
            : length;
    }

    /// <summary>After German Snowball: the t of a verb's third person and past (<c>arbeitet</c>, <c>spielte</c>).</summary>
    public static int GermanEnd(char[] word, int length) =>
        length > 6 && word[length - 1] == 't' && word[length - 2] == 'e' ? length - 2
        : length > 4 && word[length - 1] == 't' && !IsVowel(word[length - 2]) ? length - 1
        : length;

    /// <summary>After Dutch Snowball: <c>boom</c>, <c>bomen</c>; <c>brief</c>, <c>brieven</c>; <c>fiets</c>, <c>fietsen</c>; <c>loopt</c>, <c>lopen</c>.</summary>
    public static int DutchEnd(char[] word, int length)
    {
        length -= length == 4 && word.AsSpan(2, 2) is "en" && !IsVowel(word[1]) ? 2 : 0;
        length -= length > 4 && word[length - 1] is 't' or 's' && !IsVowel(word[length - 2]) ? 1 : 0;
        length -= length > 2 && word[length - 1] == word[length - 2] && !IsVowel(word[length - 1]) ? 1 : 0;
        word[length - 1] = word[length - 1] switch { 'z' => 's', 'v' => 'f', var last => last };

        // A double vowel at the end stays: zee is not ze.
        for (var at = length - 2; at > 0 && !IsVowel(word[length - 1]); at--)
        {
            if (IsVowel(word[at]))
            {
                if (word[at] == word[at - 1])
                {
                    word.AsSpan(at, length - at)[1..].CopyTo(word.AsSpan(at));
                    length--;
                }

                break;
            }
        }

        return length;
    }

    /// <summary>Before Snowball for Swedish, Norwegian and Danish, which do not know all plurals with an article.</summary>
    public static int NordicPlural(char[] word, int length)
    {
        var text = word.AsSpan(0, length);
        return (length > 6 && text.EndsWith("erne")) || (length > 5 && text.EndsWith("ena")) ? length - 2 : length;
    }

    /// <summary>After Snowball for Swedish, Norwegian and Danish: the article of neuters, and the e of <c>nyckel</c>, <c>nycklar</c>.</summary>
    public static int NordicEnd(char[] word, int length)
    {
        length -= length > 3 && word[length - 1] == 't' && word[length - 2] is 'p' or 'k' ? 1 : 0;
        while (length > 4 && word[length - 2] == 'e' && word[length - 1] is 't' or 'd')
        {
            length -= 2;
        }

        if (length > 4 && word[length - 2] == 'e' && word[length - 1] == 'l')
        {
            word[length - 2] = 'l';
            length--;
        }

        if (length > 4 && word[length - 1] == 'l' && word[length - 2] == word[length - 3])
        {
            word[length - 2] = 'l';
            length--;
        }

        return length;
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
