using Lucene.Net.Analysis.Ar;
using Lucene.Net.Analysis.Cz;
using Lucene.Net.Analysis.El;
using Lucene.Net.Analysis.Fi;
using Lucene.Net.Analysis.Fr;
using Lucene.Net.Analysis.Hi;
using Lucene.Net.Analysis.Hu;
using Lucene.Net.Analysis.Id;
using Lucene.Net.Analysis.Lv;
using Lucene.Net.Tartarus.Snowball;
using Lucene.Net.Tartarus.Snowball.Ext;

namespace Soma.Grains.Searching.Text;

/// <summary>Takes the first <paramref name="length"/> characters of a word to their stem in place, and returns its length. For one thread.</summary>
internal delegate int Stemmer(char[] word, int length);

/// <summary>A language that has stems or stop words of its own.</summary>
/// <remarks>
/// The terms of a memory in one of the Latin languages carry the <see cref="Mark"/> of its language, because each language takes
/// words to other stems. A query is read in every language that the index holds, so a memory is met by the stems of its own
/// language, whatever the language of the query is. English needs no mark, and neither do languages with a script for themselves.
/// </remarks>
internal sealed class Language
{
    private const char FirstMark = '\uE000';

    private Language(string name, Func<Stemmer>? stemmer, string letters = "", bool keepsAccents = false, Script script = Script.Latin) =>
        (Name, NewStemmer, Letters, KeepsAccents, Script) = (name, stemmer, letters, keepsAccents, script);

    /// <summary>
    /// At most 31, because a set of languages is a number. English comes first: a text that gives no sign is taken for English. The
    /// order is part of the terms that the vector tier stores.
    /// </summary>
    public static IReadOnlyList<Language> All { get; } = Numbered(
    [
        new("en", null),
        new("de", () => Then(GermanicEndings.GermanPlural, Snowball<German2Stemmer>(), GermanicEndings.GermanEnd), "äöüß"),
        new("fr", () => Then(RomanceEndings.FrenchPlural, new FrenchLightStemmer().Stem, Snowball<Lucene.Net.Tartarus.Snowball.Ext.FrenchStemmer>()), "éèêàùçœîôû"),
        new("es", () => Then(RomanceEndings.SpanishPlural, Snowball<SpanishStemmer>(), RomanceEndings.SpanishEnd), "ñáéíóú"),
        new("it", () => Then(RomanceEndings.ItalianPlural, Snowball<ItalianStemmer>(), RomanceEndings.ItalianEnd), "àèìòù"),
        new("pt", () => Then(RomanceEndings.PortuguesePlural, Snowball<PortugueseStemmer>()), "ãõçáêé"),
        new("nl", () => Then(GermanicEndings.DutchPlural, Snowball<DutchStemmer>(), GermanicEndings.DutchEnd), "ë"),
        new("sv", () => Then(GermanicEndings.NordicPlural, Snowball<SwedishStemmer>(), GermanicEndings.NordicEnd), "åäö"),
        new("no", () => Then(GermanicEndings.NordicPlural, Snowball<NorwegianStemmer>(), GermanicEndings.NordicEnd), "åøæ"),
        new("da", () => Then(GermanicEndings.NordicPlural, Snowball<DanishStemmer>(), GermanicEndings.NordicEnd), "åøæ"),
        new("fi", () => Then(Endings.FinnishNominative, Snowball<FinnishStemmer>(), new FinnishLightStemmer().Stem, Endings.FinnishEnd), "äö"),
        new("hu", () => Then(Snowball<HungarianStemmer>(), new HungarianLightStemmer().Stem), "őűéáöüó", keepsAccents: true),
        new("ro", () => Then(Snowball<RomanianStemmer>(), RomanceEndings.RomanianEnd), "ășțşţâî", keepsAccents: true),
        new("tr", () => Then(Snowball<TurkishStemmer>(), Endings.TurkishEnd), "ğışöüç", keepsAccents: true),
        new("ca", () => Then(RomanceEndings.CatalanPlural, Snowball<CatalanStemmer>(), RomanceEndings.CatalanEnd), "àèòç"),
        new("cs", () => new CzechStemmer().Stem, "ěřůčžýíá", keepsAccents: true),
        new("id", () => Indonesian),
        new("lv", () => new LatvianStemmer().Stem, "āēīūķļņģ", keepsAccents: true),
        new("eu", () => Then(Snowball<BasqueStemmer>(), Endings.BasqueEnd)),
        new("ga", Snowball<IrishStemmer>, keepsAccents: true),
        new("pl", () => Endings.Polish, "ąęłśźżćń"),
        new("vi", null, "đươưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"),
        new("ru", () => Then(Endings.UkrainianVowels, Snowball<RussianStemmer>(), Endings.RussianEnd), script: Script.Cyrillic),
        new("el", () => Then(new GreekStemmer().Stem, Endings.GreekEnd), script: Script.Greek),
        new("hy", () => Then(Endings.ArmenianArticle, Snowball<ArmenianStemmer>()), script: Script.Armenian),
        new("ar", () => Then(Endings.PersianPlural, new ArabicStemmer().Stem, Endings.ArabicEnd), script: Script.Arabic),
        new("hi", () => Hindi, script: Script.Devanagari),
        new("he", null, script: Script.Hebrew),
        new("ko", null, script: Script.Hangul),
    ]);

    public static Language English => All[0];

    /// <summary>ISO 639-1.</summary>
    public string Name { get; }

    /// <summary>Makes a stemmer for one thread; null: words are kept.</summary>
    public Func<Stemmer>? NewStemmer { get; }

    /// <summary>Letters that few other languages have. They help to tell the language of a text.</summary>
    public string Letters { get; }

    /// <summary>Whether the stemmer needs the word with its accents.</summary>
    public bool KeepsAccents { get; }

    /// <summary>The script that the language has for itself; <see cref="Script.Latin"/>: it shares it.</summary>
    public Script Script { get; }

    /// <summary>The place among all languages.</summary>
    public int Number { get; private set; }

    /// <summary>The language as a set.</summary>
    public uint Bit => 1u << Number;

    /// <summary>What the terms of the language begin with; <c>'\0'</c>: nothing.</summary>
    public char Mark => Number == 0 || Script != Script.Latin ? '\0' : (char)(FirstMark + Number);

    /// <summary>The language of words in this script, in a text of <paramref name="latin"/>.</summary>
    public static Language Of(Script script, Language latin) => ByScript[(int)script] ?? latin;

    /// <summary>The set of the one language whose mark the term has; 0: the term has none.</summary>
    public static uint SetOf(ReadOnlySpan<char> term) => term[0] >= FirstMark && term[0] < FirstMark + All.Count ? 1u << (term[0] - FirstMark) : 0;

    private static readonly Language?[] ByScript =
        [.. Enum.GetValues<Script>().Select(script => script == Script.Latin ? null : All.FirstOrDefault(language => language.Script == script))];

    private static Language[] Numbered(Language[] languages)
    {
        for (var i = 0; i < languages.Length; i++)
        {
            languages[i].Number = i;
        }

        return languages;
    }

    private static Stemmer Snowball<T>()
        where T : SnowballProgram, new()
    {
        var program = new T();
        return (word, length) =>
        {
            program.SetCurrent(word, length);
            program.Stem();
            if (!ReferenceEquals(program.CurrentBuffer, word))
            {
                program.CurrentBuffer.AsSpan(0, Math.Min(program.CurrentBufferLength, word.Length)).CopyTo(word);
            }

            return Math.Min(program.CurrentBufferLength, word.Length);
        };
    }

    private static Stemmer Then(params Stemmer[] steps) => (word, length) =>
    {
        foreach (var step in steps)
        {
            // Some take everything off a word of two letters; the word is kept then.
            length = length == 0 ? 0 : step(word, length);
        }

        return length;
    };

    private static int Indonesian(char[] word, int length) => new IndonesianStemmer().Stem(word, length, stemDerivational: false);

    private static int Hindi(char[] word, int length) => new HindiStemmer().Stem(word, new HindiNormalizer().Normalize(word, length));
}
