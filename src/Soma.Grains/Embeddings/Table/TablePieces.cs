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

    // Some eight words, in characters.
    private const int FirstWords = 48;

    private static readonly SearchValues<char> PlainAscii = SearchValues.Create([.. "\t\n\r", .. Enumerable.Range(' ', 0x7F - ' ').Select(c => (char)c)]);

    /// <summary>Writes as many rows as fit.</summary>
    public TextPieces Read(ReadOnlySpan<char> text, Span<int> ids)
    {
        if (IsShortAscii(text))
        {
            return ReadAscii(text, ids);
        }

        var (latin, known) = CountWords(text);
        var words = new TableWords(vocabulary, MostAreKnown(latin, known), ids);
        Cut(text, ref words);
        return words.Result;
    }

    /// <summary>Reads a text and its passages. A passage is cut once for both, unless it is of another language than the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ends">Where each passage ends; it begins where the one before it ends. The last one ends with the text.</param>
    /// <param name="ids">Gets as many rows of the text as fit.</param>
    /// <param name="passageIds">Gets the rows of the passages, one passage after the other. What does not fit is left out.</param>
    /// <param name="passageEnds">Gets where the rows of each passage end.</param>
    public TextPieces Read(ReadOnlySpan<char> text, ReadOnlySpan<int> ends, Span<int> ids, Span<int> passageIds, Span<int> passageEnds)
    {
        Span<bool> isEnglish = stackalloc bool[ends.Length];
        var (latin, known, from, cutsWord) = (0, 0, 0, false);

        // The text is cut as English while its words are counted, until they say that it is not: so an English text is read once.
        var whole = new TableWords(vocabulary, isEnglish: true, ids);
        var (written, isCut) = (0, true);
        for (var i = 0; i < ends.Length; i++)
        {
            var passage = text[from..ends[i]];
            var isAscii = isCut && IsShortAscii(passage);
            var (latinHere, knownHere) = isAscii ? CutEnglish(passage, ref whole, passageIds, ref written) : CountWords(passage);
            isEnglish[i] = MostAreKnown(latinHere, knownHere);
            from = ends[i];
            (latin, known, cutsWord) = (latin + latinHere, known + knownHere, cutsWord || CutsWord(text, from));
            isCut = isCut && MostAreKnown(latin, known);
            if (isCut && !isAscii)
            {
                Cut(passage, isEnglish[i], ref whole, passageIds, ref written);
            }

            passageEnds[i] = written;
        }

        if (!isCut)
        {
            whole = new TableWords(vocabulary, MostAreKnown(latin, known), ids);
            (from, written) = (0, 0);
            for (var i = 0; i < ends.Length; i++)
            {
                Cut(text[from..ends[i]], isEnglish[i], ref whole, passageIds, ref written);
                (from, passageEnds[i]) = (ends[i], written);
            }
        }

        return cutsWord ? Read(text, ids) : whole.Result;
    }

    /// <summary>Cuts a passage for the text and for itself: once, unless they are of different languages or the text is full.</summary>
    private void Cut(ReadOnlySpan<char> passage, bool isEnglish, ref TableWords whole, Span<int> passageIds, ref int written)
    {
        var before = whole.Count;
        Cut(passage, ref whole);
        if (isEnglish == whole.IsEnglish && !whole.IsFull)
        {
            whole.Ids[before..].CopyTo(passageIds[written..]);
            written += whole.Count - before;
        }
        else
        {
            var own = new TableWords(vocabulary, isEnglish, passageIds[written..]);
            Cut(passage, ref own);
            written += own.Count;
        }
    }

    /// <summary>Cuts a passage of ASCII, in a text that is read as English, for the text and for itself, and counts its words.</summary>
    [SkipLocalsInit]
    private (int Latin, int Known) CutEnglish(ReadOnlySpan<char> passage, ref TableWords whole, Span<int> passageIds, ref int written)
    {
        var letters = TableForm.LowerAscii(passage, stackalloc int[LongestAscii]);
        var (before, wasFull) = (whole.Count, whole.IsFull);
        var own = new TableWords(vocabulary, isEnglish: true, passageIds[written..]);
        var count = wasFull ? own.CutEnglish(letters) : whole.CutEnglish(letters);
        var isEnglish = MostAreKnown(count.Latin, count.Known);
        if (isEnglish && !whole.IsFull)
        {
            whole.Ids[before..].CopyTo(passageIds[written..]);
            written += whole.Count - before;
            return count;
        }

        if (!isEnglish)
        {
            own = new TableWords(vocabulary, isEnglish: false, passageIds[written..]);
            CutAscii(letters, ref own);
        }
        else if (!wasFull)
        {
            own.CutEnglish(letters);
        }

        written += own.Count;
        return count;
    }

    private static bool IsShortAscii(ReadOnlySpan<char> text) => text.Length <= LongestAscii && !text.ContainsAnyExcept(PlainAscii);

    // Neither a blank nor a sign that stands alone is part of a word.
    private static bool CutsWord(ReadOnlySpan<char> text, int at) =>
        at < text.Length && !LetterKinds.IsBlank(text[at - 1]) && !LetterKinds.IsAlone(text[at - 1]) && !LetterKinds.IsBlank(text[at]);

    [SkipLocalsInit]
    private void Cut(ReadOnlySpan<char> text, ref TableWords words)
    {
        if (words.IsFull)
        {
            return;
        }

        if (IsShortAscii(text))
        {
            CutAscii(TableForm.LowerAscii(text, stackalloc int[LongestAscii]), ref words);
            return;
        }

        var chunk = new CodePoints(stackalloc int[ChunkLength]);
        var form = new CodePoints(stackalloc int[ChunkLength]);
        try
        {
            for (var at = 0; !words.IsFull && TextChunks.TryRead(text, ref at, ref chunk);)
            {
                TableForm.Normalise(ref chunk, ref form);
                words.Cut(chunk.Written);
            }
        }
        finally
        {
            chunk.Dispose();
            form.Dispose();
        }
    }

    /// <summary>How many words have Latin letters, and how many of them stand whole among the English pieces and have no row of another language.</summary>
    [SkipLocalsInit]
    private (int Latin, int Known) CountWords(ReadOnlySpan<char> text)
    {
        var (latin, known) = (0, 0);
        if (HasNoLatin(text))
        {
            return (latin, known);
        }

        if (IsShortAscii(text))
        {
            CountWords(TableForm.LowerAscii(text, stackalloc int[LongestAscii]), ref latin, ref known);
            return (latin, known);
        }

        var chunk = new CodePoints(stackalloc int[ChunkLength]);
        var form = new CodePoints(stackalloc int[ChunkLength]);
        try
        {
            for (var at = 0; TextChunks.TryRead(text, ref at, ref chunk);)
            {
                CountWords(TableForm.Compose(chunk.Written, ref form), ref latin, ref known);
            }
        }
        finally
        {
            chunk.Dispose();
            form.Dispose();
        }

        return (latin, known);
    }

    // At least half of the Latin words of an English text are known.
    private static bool MostAreKnown(int latin, int known) => latin > 0 && 2 * known >= latin;

    // Nothing of such a text is removed or composed. It is cut as English while its words are counted, if its first words are English.
    [SkipLocalsInit]
    private TextPieces ReadAscii(ReadOnlySpan<char> text, Span<int> ids)
    {
        var letters = TableForm.LowerAscii(text, stackalloc int[LongestAscii]);
        var blank = letters[Math.Min(FirstWords, letters.Length)..].IndexOf(' ');
        var rest = blank < 0 ? [] : letters[(FirstWords + blank)..];
        var words = new TableWords(vocabulary, isEnglish: true, ids);
        var (latin, known) = words.CutEnglish(letters[..^rest.Length]);
        var isCut = MostAreKnown(latin, known);
        if (isCut)
        {
            var (latinOfRest, knownOfRest) = words.CutEnglish(rest);
            (latin, known) = (latin + latinOfRest, known + knownOfRest);
        }
        else
        {
            CountWords(rest, ref latin, ref known);
        }

        var isEnglish = MostAreKnown(latin, known);
        if (!isCut || !isEnglish)
        {
            words = new TableWords(vocabulary, isEnglish, ids);
            CutAscii(letters, ref words);
        }

        return words.Result;
    }

    private static void CutAscii(scoped ReadOnlySpan<int> letters, ref TableWords words)
    {
        foreach (var run in letters.SplitAny(' ', '\t', '\n', '\r'))
        {
            words.Cut(letters[run]);
        }
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

    // Letters of other scripts, and signs and digits of ASCII: nothing of it is a Latin letter, or becomes one when it is composed.
    private static bool HasNoLatin(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            var isOfOtherScript = letter is (>= '\u0370' and < '\u1D00') or (>= '\u2000' and < '\u2070') or (>= '\u3000' and < '\uD800') or (>= '\uFF00' and < '\uFFF0');
            if (!isOfOtherScript && (letter >= 0x80 || char.IsAsciiLetter(letter)))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>What was read of a text.</summary>
/// <param name="Count">How many pieces were written.</param>
/// <param name="IsEnglish">Whether the text was read as English.</param>
/// <param name="Known">The share of its letters that pieces of more than one letter cover; 1 if it has no letters.</param>
/// <param name="Script">The script of most of its letters; 0 if it has none.</param>
/// <param name="PiecesPerWord">The mean number of pieces of its words in scripts with blanks; 1 if it has none.</param>
internal readonly record struct TextPieces(int Count, bool IsEnglish, float Known, byte Script, float PiecesPerWord);
