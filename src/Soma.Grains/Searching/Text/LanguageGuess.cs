using System.Numerics;

namespace Soma.Grains.Searching.Text;

/// <summary>Tells the language of the Latin words of a text by its stop words, and by letters that few languages have.</summary>
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

    // Later words would not change the result, and a long text has many.
    private const int MostTokens = 512;

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
                Vote(votes, token.StopWordIn, WordVote);
                VoteByLetters(votes, source.Slice(token.Source, token.SourceLength));
            }
        }

        var best = 0;
        for (var i = 1; i < votes.Length; i++)
        {
            best = votes[i] > votes[best] ? i : best;
        }

        return votes[best] < LeastVotes + (VotesPerWord * Math.Max(0, words - ShortText)) ? Language.English : Language.All[best];
    }

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
