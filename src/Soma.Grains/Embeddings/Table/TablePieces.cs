using System.Buffers;
using System.Runtime.CompilerServices;
using Soma.Grains.Embeddings.Unicode;

namespace Soma.Grains.Embeddings.Table;

/// <summary>Cuts a text into the pieces whose rows the table has. The rule is that of <c>models/soma-fast/soma_fast.py</c>, to the letter.</summary>
/// <remarks>
/// A text is first read as English or not. Latin words of an English text become WordPieces of the English rows, as BERT makes them;
/// everything else becomes the longest pieces of all rows, those of other languages first. Nothing is allocated: buffers are on the
/// stack, and long runs without blanks take theirs from the shared pool.
/// </remarks>
internal sealed class TablePieces(TableVocabulary vocabulary)
{
    private const int ChunkLength = 256;
    private const int LongestAscii = 1024;

    private static readonly SearchValues<char> PlainAscii = SearchValues.Create([.. "\t\n\r", .. Enumerable.Range(' ', 0x7F - ' ').Select(c => (char)c)]);

    /// <summary>Writes as many rows as fit.</summary>
    public TextPieces Read(ReadOnlySpan<char> text, Span<int> ids)
    {
        if (text.Length <= LongestAscii && !text.ContainsAnyExcept(PlainAscii))
        {
            return ReadAscii(text, ids);
        }

        var isEnglish = IsEnglish(text);
        var words = new TableWords(vocabulary, isEnglish, ids);
        var chunk = new CodePoints(stackalloc int[ChunkLength]);
        var form = new CodePoints(stackalloc int[ChunkLength]);
        try
        {
            for (var at = 0; !words.IsFull && TextChunks.TryRead(text, ref at, ref chunk);)
            {
                Normalise(ref chunk, ref form);
                words.Cut(chunk.Written);
            }
        }
        finally
        {
            chunk.Dispose();
            form.Dispose();
        }

        return words.Result;
    }

    /// <summary>
    /// Whether at least half of the text's Latin words stand whole among the English pieces and have no row of another language.
    /// </summary>
    private bool IsEnglish(ReadOnlySpan<char> text)
    {
        var (latin, known) = (0, 0);
        var chunk = new CodePoints(stackalloc int[ChunkLength]);
        var form = new CodePoints(stackalloc int[ChunkLength]);
        try
        {
            for (var at = 0; TextChunks.TryRead(text, ref at, ref chunk);)
            {
                if (!IsInert(chunk.Written))
                {
                    form.Clear();
                    CanonicalForm.Decompose(chunk.Written, ref form);
                    CanonicalForm.Compose(ref form);
                    CountWords(form.Written, ref latin, ref known);
                }
                else
                {
                    CountWords(chunk.Written, ref latin, ref known);
                }
            }
        }
        finally
        {
            chunk.Dispose();
            form.Dispose();
        }

        return MostAreKnown(latin, known);
    }

    private static bool MostAreKnown(int latin, int known) => latin > 0 && 2 * known >= latin;

    // Nothing of such a text is removed or composed, so its letters are read once for both: the language and the pieces.
    [SkipLocalsInit]
    private TextPieces ReadAscii(ReadOnlySpan<char> text, Span<int> ids)
    {
        Span<int> letters = stackalloc int[LongestAscii];
        letters = letters[..text.Length];
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = LetterKinds.Lower(text[i]);
        }

        var (latin, known) = (0, 0);
        CountWords(letters, ref latin, ref known);
        var words = new TableWords(vocabulary, MostAreKnown(latin, known), ids);
        foreach (var run in letters.SplitAny(' ', '\t', '\n', '\r'))
        {
            words.Cut(letters[run]);
        }

        return words.Result;
    }

    private void CountWords(Span<int> chunk, ref int latin, ref int known)
    {
        for (var i = 0; i < chunk.Length; i++)
        {
            var (start, hash) = (i, TableVocabulary.StartHash);
            // Small letters of ASCII, which most letters are, need nothing else.
            for (; i < chunk.Length && (uint)(chunk[i] - 'a') < 26; i++)
            {
                hash = TableVocabulary.AddToHash(hash, chunk[i]);
            }

            var (isLatin, isAscii) = (i > start, true);
            for (; i < chunk.Length && LetterKinds.IsLetter(chunk[i]); i++)
            {
                chunk[i] = LetterKinds.Lower(chunk[i]);
                hash = TableVocabulary.AddToHash(hash, chunk[i]);
                isLatin |= LetterKinds.IsLatin(chunk[i]);
                isAscii &= chunk[i] < 0x80;
            }

            if (isLatin)
            {
                latin++;
                var word = chunk[start..i];
                known += isAscii && vocabulary.FindEnglish(word, false, hash) >= 0 && vocabulary.FindOther(word, false, hash) < 0 ? 1 : 0;
            }
        }
    }

    private static bool IsPlainAscii(ReadOnlySpan<int> chunk) => !chunk.ContainsAnyExceptInRange(' ', '~');

    private static bool IsInert(ReadOnlySpan<int> chunk)
    {
        if (IsPlainAscii(chunk))
        {
            return true;
        }

        foreach (var codePoint in chunk)
        {
            if (!CanonicalForm.IsInert(codePoint))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Drops what is removed, then accents, and makes all letters lower case.</summary>
    private static void Normalise(ref CodePoints chunk, ref CodePoints form)
    {
        if (IsPlainAscii(chunk.Written))
        {
            Lower(chunk.Written);
            return;
        }

        chunk.RemoveWhere(LetterKinds.IsRemoved);
        if (IsInert(chunk.Written))
        {
            chunk.RemoveWhere(LetterKinds.IsDropped);
            Lower(chunk.Written);
            return;
        }

        form.Clear();
        CanonicalForm.Decompose(chunk.Written, ref form);
        form.RemoveWhere(LetterKinds.IsDropped);
        Lower(form.Written);
        CanonicalForm.Compose(ref form);
        chunk.Clear();
        foreach (var codePoint in form.Written)
        {
            chunk.Add(codePoint);
        }
    }

    // A sigma that ends a word has a form of its own.
    private static void Lower(Span<int> text)
    {
        const int Sigma = 0x3C3;
        const int LastSigma = 0x3C2;
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = LetterKinds.Lower(text[i]);
            if (text[i] == Sigma && i > 0 && LetterKinds.IsLetter(text[i - 1]) && !(i + 1 < text.Length && LetterKinds.IsLetter(text[i + 1])))
            {
                text[i] = LastSigma;
            }
        }
    }
}

/// <summary>What was read of a text.</summary>
/// <param name="Count">How many pieces were written.</param>
/// <param name="IsEnglish">Whether the text was read as English.</param>
/// <param name="Known">The share of its letters that pieces of more than one letter cover; 1 if it has no letters.</param>
/// <param name="Script">The script of most of its letters; 0 if it has none.</param>
/// <param name="PiecesPerWord">The mean number of pieces of its words in scripts with blanks; 1 if it has none.</param>
internal readonly record struct TextPieces(int Count, bool IsEnglish, float Known, byte Script, float PiecesPerWord);
