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

    [ThreadStatic]
    private static StemCache? _kept;

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
            return word.ContainsAnyExcept(EnglishLetters) ? word.Length : StemEnglish(word, language, buffer);
        }

        return language.NewStemmer is null ? marks + word.Length : marks + Stem(word, source, language, buffer[marks..]);
    }

    private static int StemEnglish(ReadOnlySpan<char> word, Language language, Span<char> buffer)
    {
        var cache = _kept ??= new StemCache();
        var length = cache.TryWrite(word, language, buffer);
        if (length == 0)
        {
            length = EnglishStemmer.Stem(buffer, EnglishForms.Unify(buffer, word.Length));
            cache.Keep(word, language, buffer[..length]);
        }

        return length;
    }

    private static int Stem(ReadOnlySpan<char> word, ReadOnlySpan<char> source, Language language, Span<char> buffer)
    {
        var keepsAccents = language.KeepsAccents && source.Length is > 0 and <= TokenList.LongestToken;
        Span<char> read = stackalloc char[BufferLength];
        read = read[..(keepsAccents ? source.ToLowerInvariant(read) : Copy(word, read))];
        var cache = _kept ??= new StemCache();
        if (cache.TryWrite(read, language, buffer) is > 0 and var known)
        {
            return known;
        }

        var scratch = _scratch ??= new char[2 * BufferLength];
        read.CopyTo(scratch);
        var stemmer = (_stemmers ??= new Stemmer?[Language.All.Count])[language.Number] ??= language.NewStemmer!();
        var length = stemmer(scratch, read.Length);
        if (length <= 0 || length > TokenList.LongestToken)
        {
            return word.Length;
        }

        var stem = scratch.AsSpan(0, length);
        length = language.KeepsAccents ? Fold(stem, buffer) : Copy(stem, buffer);
        cache.Keep(read, language, buffer[..length]);
        return length;
    }

    private static int Copy(ReadOnlySpan<char> text, Span<char> buffer)
    {
        text.CopyTo(buffer);
        return text.Length;
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
