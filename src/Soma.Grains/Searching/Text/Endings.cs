namespace Soma.Grains.Searching.Text;

/// <summary>
/// What the library's stemmers leave of the forms of a word: short words, which the light stemmers do not touch, endings that they do
/// not know, and vowels that come and go. Each method takes a folded word in place and returns its new length, as <see cref="Stemmer"/>.
/// </summary>
/// <remarks>
/// A rule need not give a word of the language. It must take the forms of one word to one stem, and few other words to the same one.
/// </remarks>
internal static class Endings
{
    private const int LongestPolish = 7;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> PolishEndings = SetOf(
        "a e i o u y ia ie io iu ow om em am im ym ej ach ech ich ych ami iem ego emu imi ymi owi owie owa owe owy iami iach "
        + "ac ic yc al il yl ala ila yla alo ilo ylo ali ili yli aly ily asz esz isz ysz amy emy imy acie ecie icie uj uje uja ujemy ujesz owac owal owala alismy elismy ilismy");

    /// <summary>Before Finnish Snowball: <c>nainen</c> has the stem of <c>naiset</c>.</summary>
    public static int FinnishNominative(char[] word, int length)
    {
        if (length > 4 && word.AsSpan(0, length).EndsWith("nen"))
        {
            (word[length - 3], word[length - 2]) = ('s', 'e');
            return length - 1;
        }

        return length;
    }

    /// <summary>After the Finnish stemmers: the stem's last consonant changes with the case (<c>katu</c>, <c>kadulla</c>).</summary>
    public static int FinnishEnd(char[] word, int length)
    {
        length -= length > 4 && word[length - 1] == 'k' && word[length - 2] is 'u' or 'e' && word[length - 3] is 'o' or 'u' or 'e' ? 1 : 0;
        length -= length > 4 && word[length - 1] == 'm' && word[length - 2] == 'i' ? 2 : 0;
        length -= length > 3 && "aeiouy".Contains(word[length - 1], StringComparison.Ordinal) ? 1 : 0;
        length -= length > 3 && word[length - 1] == 'j' && "aeiouy".Contains(word[length - 2], StringComparison.Ordinal) ? 1 : 0;
        if (length > 2 && word[length - 1] is 't' or 'k')
        {
            word[length - 1] = word[length - 1] == 't' ? 'd' : word[length - 2] == 'n' ? 'g' : 'k';
        }

        return length;
    }

    /// <summary>After Turkish Snowball: a vowel that is left, and the soft consonant before it (<c>renk</c>, <c>rengi</c>).</summary>
    public static int TurkishEnd(char[] word, int length)
    {
        length -= length > 3 && "aeıioöuü".Contains(word[length - 1], StringComparison.Ordinal) ? 1 : 0;
        word[length - 1] = word[length - 1] switch { 'b' => 'p', 'c' => 'ç', 'd' => 't', 'g' or 'ğ' => 'k', var last => last };
        return length;
    }

    /// <summary>After Basque Snowball: the article of the singular.</summary>
    public static int BasqueEnd(char[] word, int length) => length > 3 && word[length - 1] == 'a' ? length - 1 : length;

    /// <summary>Before Russian Snowball, which reads Ukrainian too if its vowels are those of Russian.</summary>
    public static int UkrainianVowels(char[] word, int length)
    {
        for (var i = 0; i < length; i++)
        {
            word[i] = word[i] switch { 'і' or 'ї' => 'и', 'є' => 'е', var letter => letter };
        }

        return length;
    }

    /// <summary>After Russian Snowball: a vowel that some forms lack (<c>щенок</c>, <c>щенка</c>; <c>кошек</c>, <c>кошка</c>).</summary>
    public static int RussianEnd(char[] word, int length)
    {
        if (length > 3 && word[length - 2] is 'о' or 'е' && word[length - 1] is 'к' or 'ц')
        {
            word[length - 2] = word[length - 1];
            return length - 1;
        }

        return length;
    }

    /// <summary>After the Greek stemmer: <c>βιβλίο</c> keeps an ι that <c>βιβλία</c> loses.</summary>
    public static int GreekEnd(char[] word, int length) => length > 3 && word[length - 1] == 'ι' ? length - 1 : length;

    /// <summary>Before Armenian Snowball: the article behind a word.</summary>
    public static int ArmenianArticle(char[] word, int length) => length > 3 && word[length - 1] == 'ը' ? length - 1 : length;

    /// <summary>Before the Arabic stemmer: the plurals of Persian (<c>کتابهای</c>) and Urdu (<c>کتابیں</c>).</summary>
    public static int PersianPlural(char[] word, int length)
    {
        var text = word.AsSpan(0, length);
        return length > 4 && (text.EndsWith("های") || text.EndsWith("هاي")) ? length - 3
            : length > 4 && (text.EndsWith("يں") || text.EndsWith("وں")) ? length - 2
            : length > 5 && (text.EndsWith("هایم") || text.EndsWith("هايم") || text.EndsWith("هایش") || text.EndsWith("هايش")) ? length - 4
            : length;
    }

    /// <summary>After the Arabic stemmer: the ending of the feminine before a pronoun (<c>سيارته</c>).</summary>
    public static int ArabicEnd(char[] word, int length) => length > 4 && word[length - 1] == 'ت' ? length - 1 : length;

    /// <summary>Polish has no stemmer in the library. The longest known ending is cut off, twice, as long as three letters are left.</summary>
    public static int Polish(char[] word, int length)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            for (var ending = Math.Min(LongestPolish, length - 3); ending > 0; ending--)
            {
                if (PolishEndings.Contains(word.AsSpan(length - ending, ending)))
                {
                    length -= ending;
                    break;
                }
            }
        }

        // drukarek, drukarka: the e is there in some forms only.
        if (length > 4 && word[length - 2] == 'e' && word[length - 1] is 'k' or 'c')
        {
            word[length - 2] = word[length - 1];
            length--;
        }

        return length;
    }

    private static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> SetOf(string endings) =>
        new HashSet<string>(endings.Split(' '), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
