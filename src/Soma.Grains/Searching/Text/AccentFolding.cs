namespace Soma.Grains.Searching.Text;

/// <summary>
/// Takes letters to lower case and strips their accents: canonical decomposition (Unicode, NFD) without the non-spacing marks, as
/// BERT's uncased models and the keyword index need it.
/// </summary>
/// <remarks>
/// The processes run with invariant globalization, where <see cref="string.Normalize()"/> returns every text unchanged and
/// reports no error: an accented word would silently find no vector. So this is a table of our own, made from the Unicode
/// Character Database. It leaves out a few letters that normalisation would change (compatibility ideographs, some Indic letters
/// of two parts). Their words are found by the same spelling only.
/// </remarks>
internal static class AccentFolding
{
    private const int HangulFirst = 0xAC00;
    private const int HangulLast = 0xD7A3;
    private const int VowelsTimesTails = 588;
    private const int Tails = 28;

    // Each group: the plain letter, then the letters that fold to it.
    private const string Groups =
        "\u003c\u226e \u003d\u2260 \u003e\u226f aàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ bḃḅḇ cçćĉċčḉ dďḋḍḏḑḓ "
        + "eèéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ fḟ gĝğġģǧǵḡ hĥȟḣḥḧḩḫẖ iìíîïĩīĭįǐȉȋḭḯỉị jĵǰ kķǩḱḳḵ lĺļľḷḹḻḽ mḿṁṃ "
        + "nñńņňǹṅṇṉṋ oòóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ pṕṗ rŕŗřȑȓṙṛṝṟ sśŝşšșṡṣṥṧṩ tţťțṫṭṯṱẗ "
        + "uùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự vṽṿ wŵẁẃẅẇẉẘ xẋẍ yýÿŷȳẏẙỳỵỷỹ zźżžẑẓẕ \u00a8\u0385\u1fc1\u1fed æǣǽ øǿ "
        + "ſẛ ʒǯ αάἀἁἂἃἄἅἆἇὰᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ εέἐἑἒἓἔἕὲ ηήἠἡἢἣἤἥἦἧὴᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ ιΐίϊἰἱἲἳἴἵἶἷὶῐῑῒῖῗ οόὀὁὂὃὄὅὸ ρῤῥ "
        + "υΰϋύὐὑὒὓὔὕὖὗὺῠῡῢῦῧ ωώὠὡὢὣὤὥὦὧὼᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ \u03d2\u03d3\u03d4 аӑӓ гѓ еѐёӗ жӂӝ зӟ ийѝӣӥ кќ оӧ уўӯӱӳ "
        + "чӵ ыӹ эӭ ії ѵѷ әӛ өӫ اآأإ وؤ يئ ہۂ ےۓ ەۀ नऩ रऱ ळऴ \u0b47\u0b48 \u0cc2\u0cca \u0cd5\u0cc0\u0cc7 "
        + "\u0cd6\u0cc8 \u0dd9\u0dda ဥဦ \u1b35\u1b3b\u1b3d\u1b43 \u1fbf\u1fcd\u1fce\u1fcf "
        + "\u1ffe\u1fdd\u1fde\u1fdf \u2190\u219a \u2192\u219b \u2194\u21ae \u21d0\u21cd \u21d2\u21cf "
        + "\u21d4\u21ce \u2203\u2204 \u2208\u2209 \u220b\u220c \u2223\u2224 \u2225\u2226 \u223c\u2241 "
        + "\u2243\u2244 \u2245\u2247 \u2248\u2249 \u224d\u226d \u2261\u2262 \u2264\u2270 \u2265\u2271 "
        + "\u2272\u2274 \u2273\u2275 \u2276\u2278 \u2277\u2279 \u227a\u2280 \u227b\u2281 \u227c\u22e0 "
        + "\u227d\u22e1 \u2282\u2284 \u2283\u2285 \u2286\u2288 \u2287\u2289 \u2291\u22e2 \u2292\u22e3 "
        + "\u22a2\u22ac \u22a8\u22ad \u22a9\u22ae \u22ab\u22af \u22b2\u22ea \u22b3\u22eb \u22b4\u22ec "
        + "\u22b5\u22ed うゔ かが きぎ くぐ けげ こご さざ しじ すず せぜ そぞ ただ ちぢ つづ てで とど はばぱ ひびぴ ふぶぷ へべぺ ほぼぽ ゝゞ ウヴ カガ キギ クグ ケゲ "
        + "コゴ サザ シジ スズ セゼ ソゾ タダ チヂ ツヅ テデ トド ハバパ ヒビピ フブプ ヘベペ ホボポ ワヷ ヰヸ ヱヹ ヲヺ ヽヾ";

    private static readonly char[] Folded = BuildTable();

    /// <summary>
    /// Writes the folded form of <paramref name="rune"/>: nothing for a non-spacing mark, the three parts of a Hangul syllable,
    /// else one rune. Returns the number of characters written, at most 3.
    /// </summary>
    public static int Fold(Rune rune, Span<char> destination)
    {
        if (rune.IsAscii)
        {
            destination[0] = char.ToLowerInvariant((char)rune.Value);
            return 1;
        }

        if (rune.Value is >= HangulFirst and <= HangulLast)
        {
            return DecomposeHangul(rune.Value - HangulFirst, destination);
        }

        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark)
        {
            return 0;
        }

        var lower = Lower(rune);
        if (!lower.IsBmp)
        {
            return lower.EncodeToUtf16(destination);
        }

        var folded = Folded[lower.Value];
        destination[0] = folded == 0 ? (char)lower.Value : folded;
        return 1;
    }

    // Four capitals whose lower case has two parts, or whose decomposition exists only for the capital.
    private static Rune Lower(Rune rune) => rune.Value switch
    {
        0x0130 => new Rune('i'),
        0x212A => new Rune('k'),
        0x212B => new Rune('a'),
        0x2126 => new Rune('\u03c9'),
        _ => Rune.ToLowerInvariant(rune),
    };

    // The arithmetic of the Unicode Standard, section 3.12.
    private static int DecomposeHangul(int syllable, Span<char> destination)
    {
        destination[0] = (char)(0x1100 + (syllable / VowelsTimesTails));
        destination[1] = (char)(0x1161 + (syllable % VowelsTimesTails / Tails));
        var tail = syllable % Tails;
        destination[2] = (char)(0x11A7 + tail);
        return tail == 0 ? 2 : 3;
    }

    private static char[] BuildTable()
    {
        var table = new char[char.MaxValue + 1];
        foreach (var group in Groups.Split(' '))
        {
            foreach (var letter in group.AsSpan(1))
            {
                table[letter] = group[0];
            }
        }

        return table;
    }
}
