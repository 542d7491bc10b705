using System.Numerics;

namespace Soma.Grains.Searching.Text;

/// <summary>
/// Tells the language of the Latin words of a text by its stop words, by letters that few languages have, and, where a short text has
/// few of both, by the sequences of its letters.
/// </summary>
/// <remarks>
/// A stop word counts less the more languages have it. Without any sign the text is taken for English. A wrong guess does little
/// harm: the text has the stems of another language, and queries are read in that language, too.
/// </remarks>
internal static class LanguageGuess
{
    private const int WordVote = 60;
    private const int LetterVote = 10;

    // One letter that no other language has, or a stop word that six share. An é in café is less.
    private const int LeastVotes = 10;

    // Of the words of a language a third are stop words, worth 10 to 60 votes each. A long text that has one or two of them by chance,
    // as a name or an abbreviation, is not of that language.
    private const int VotesPerWord = 3;
    private const int ShortText = 12;

    // Fewer votes are weighed with the sequences of letters.
    private const int SureVotes = 40;
    private const float LeastSum = 6;

    // Later words would not change the result, and a long text has many.
    private const int MostTokens = 512;

    // Stop words of other languages that are everyday words of English. Without their vote for English, "sold the car" would be French.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> EnglishToo = new HashSet<string>(
        ("bar bet bin car care cat come dog door end face go hat hi ill list man men met mint pie pot sale seas set sit son take ten tie ton vase "
        + "want war").Split(' '),
        StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly Dictionary<char, uint> Letters = LettersOf();

    public static Language Of(TokenList text, ReadOnlySpan<char> source)
    {
        Span<int> votes = stackalloc int[Language.All.Count];
        votes.Clear();
        var words = 0;
        var tokens = text.Tokens;
        foreach (ref readonly var token in tokens[..Math.Min(tokens.Length, MostTokens)])
        {
            // One letter is a unit or an initial as often as a word.
            if (token is { Kind: TokenKind.Word, Script: Script.Latin, IsWhole: false, Length: > 1 })
            {
                words++;
                Vote(votes, token.StopWordIn | (IsEnglishToo(token.StopWordIn, text.TextOf(token)) ? Language.English.Bit : 0), WordVote);
                VoteByLetters(votes, source.Slice(token.Source, token.SourceLength));
            }
        }

        var best = 0;
        for (var i = 1; i < votes.Length; i++)
        {
            best = votes[i] > votes[best] ? i : best;
        }

        if (votes[best] < SureVotes && words <= ShortText && ByLetterSequences(votes, tokens, source) is { } language)
        {
            return language;
        }

        return votes[best] < LeastVotes + (VotesPerWord * Math.Max(0, words - ShortText)) ? Language.English : Language.All[best];
    }

    // De boeken has one word that ten languages have, and A házban one letter. Only languages with a vote are candidates: a text without
    // any sign stays English, because names and codes look like every language.
    private static Language? ByLetterSequences(ReadOnlySpan<int> votes, ReadOnlySpan<Token> tokens, ReadOnlySpan<char> source)
    {
        Span<float> scores = stackalloc float[Language.All.Count];
        scores.Clear();
        foreach (ref readonly var token in tokens)
        {
            if (token is { Kind: TokenKind.Word, Script: Script.Latin, IsWhole: false })
            {
                Trigrams.Score(source.Slice(token.Source, token.SourceLength), scores);
            }
        }

        var (best, most) = (0, LeastSum);
        for (var i = 1; i < votes.Length; i++)
        {
            var sum = votes[i] - votes[0] + scores[i] - scores[0];
            (best, most) = votes[i] > 0 && sum >= most ? (i, sum) : (best, most);
        }

        return best == 0 ? null : Language.All[best];
    }

    private static bool IsEnglishToo(uint languages, ReadOnlySpan<char> word) =>
        languages != 0 && (languages & Language.English.Bit) == 0 && EnglishToo.Contains(word);

    private static void VoteByLetters(Span<int> votes, ReadOnlySpan<char> word)
    {
        if (!Ascii.IsValid(word))
        {
            foreach (var letter in word)
            {
                Vote(votes, Letters.GetValueOrDefault(char.ToLowerInvariant(letter)), LetterVote);
            }
        }
    }

    private static void Vote(Span<int> votes, uint languages, int vote)
    {
        var share = languages == 0 ? 0 : vote / BitOperations.PopCount(languages);
        for (; languages != 0; languages &= languages - 1)
        {
            votes[BitOperations.TrailingZeroCount(languages)] += share;
        }
    }

    private static Dictionary<char, uint> LettersOf()
    {
        var letters = new Dictionary<char, uint>();
        foreach (var language in Language.All)
        {
            foreach (var letter in language.Letters)
            {
                letters[letter] = letters.GetValueOrDefault(letter) | language.Bit;
            }
        }

        return letters;
    }
}
