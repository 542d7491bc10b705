using System.Buffers;

namespace Soma.Grains.Searching.Text;

/// <summary>Makes the term of a token, in the language of its text.</summary>
internal static class Stems
{
    /// <summary>Room that a buffer for a term must have: a mark, the longest token, and what a stemmer may add.</summary>
    public const int BufferLength = TokenList.LongestToken + 8;

    private static readonly SearchValues<char> EnglishLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz'");

    [ThreadStatic]
    private static Stemmer?[]? _stemmers;

    [ThreadStatic]
    private static char[]? _scratch;

    /// <summary>Writes the term of a word and returns its length. A stop word keeps its form.</summary>
    /// <param name="word">The folded word.</param>
    /// <param name="source">The word as it is written in the text; empty: only the folded form is known.</param>
    /// <param name="language">The language to read it in.</param>
    /// <param name="isStopWord">Whether it is a stop word of that language.</param>
    /// <param name="buffer">Gets the term.</param>
    public static int Write(ReadOnlySpan<char> word, ReadOnlySpan<char> source, Language language, bool isStopWord, Span<char> buffer)
    {
        var marks = language.Mark == '\0' ? 0 : 1;
        buffer[0] = language.Mark;
        word.CopyTo(buffer[marks..]);
        if (isStopWord)
        {
            return marks + word.Length;
        }

        if (language.Number == 0)
        {
            return word.ContainsAnyExcept(EnglishLetters) ? word.Length : EnglishStemmer.Stem(buffer, EnglishForms.Unify(buffer, word.Length));
        }

        return language.NewStemmer is null ? marks + word.Length : marks + Stem(word, source, language, buffer[marks..]);
    }

    private static int Stem(ReadOnlySpan<char> word, ReadOnlySpan<char> source, Language language, Span<char> buffer)
    {
        var scratch = _scratch ??= new char[2 * BufferLength];
        var stemmer = (_stemmers ??= new Stemmer?[Language.All.Count])[language.Number] ??= language.NewStemmer!();
        var keepsAccents = language.KeepsAccents && source.Length is > 0 and <= TokenList.LongestToken;
        var length = keepsAccents ? source.ToLowerInvariant(scratch) : word.Length;
        if (!keepsAccents)
        {
            word.CopyTo(scratch);
        }

        length = stemmer(scratch, length);
        if (length <= 0 || length > TokenList.LongestToken)
        {
            return word.Length;
        }

        if (!keepsAccents)
        {
            scratch.AsSpan(0, length).CopyTo(buffer);
            return length;
        }

        return Fold(scratch.AsSpan(0, length), buffer);
    }

    private static int Fold(ReadOnlySpan<char> word, Span<char> buffer)
    {
        var length = 0;
        Span<char> folded = stackalloc char[Folding.LongestFolded];
        foreach (var rune in word.EnumerateRunes())
        {
            var count = Characters.KindOf(rune) == CharacterKind.Format ? 0 : Folding.Fold(rune, folded);
            if (length + count <= buffer.Length)
            {
                folded[..count].CopyTo(buffer[length..]);
                length += count;
            }
        }

        return length;
    }
}
