using System.Runtime.CompilerServices;

namespace Soma.Grains.Embeddings.Table;

/// <summary>Cuts normalised runs of code points into words, and the words into pieces of the table.</summary>
/// <param name="vocabulary">The pieces.</param>
/// <param name="isEnglish">Whether the words of Latin letters are English.</param>
/// <param name="ids">Gets the rows of the pieces.</param>
internal ref partial struct TableWords(TableVocabulary vocabulary, bool isEnglish, Span<int> ids)
{
    private const int UnknownRow = 100;
    private const int LongestEnglishWord = 100;
    private const int LongestPiece = 24;
    private const int LettersPerSyllable = 3;

    private readonly Span<int> _ids = ids;
    private int _count;
    private int _letters;
    private int _known;
    private byte _script;
    private int _words;
    private int _pieces;
    private int _lead;

    public readonly int Count => _count;

    /// <summary>The rows written so far.</summary>
    public readonly ReadOnlySpan<int> Ids => _ids[.._count];

    public readonly bool IsEnglish => isEnglish;

    public readonly bool IsFull => _count == _ids.Length;

    public readonly TextPieces Result => new(_count, isEnglish, _letters == 0 ? 1 : (float)_known / _letters, _script, _words == 0 ? 1 : (float)_pieces / _words);

    /// <summary>Cuts a run without blanks: at punctuation and symbols, and where a script with blanks between its words meets one without.</summary>
    public void Cut(scoped ReadOnlySpan<int> run)
    {
        var (start, isUnspaced) = (0, false);
        for (var i = 0; i < run.Length && !IsFull; i++)
        {
            if (LetterKinds.IsAlone(run[i]))
            {
                CutWord(run[start..i], isUnspaced);
                CutWord(run.Slice(i, 1), false);
                start = i + 1;
                continue;
            }

            var belongs = LetterKinds.IsUnspaced(run[i]);
            if (start < i && belongs != isUnspaced)
            {
                CutWord(run[start..i], isUnspaced);
                start = i;
            }

            isUnspaced = belongs;
        }

        CutWord(run[Math.Min(start, run.Length)..], isUnspaced);
    }

    private void CutWord(scoped ReadOnlySpan<int> word, bool isUnspaced)
    {
        if (word.IsEmpty || IsFull)
        {
            return;
        }

        var before = _count;
        if (isEnglish && !HasForeignLetter(word))
        {
            CutAsBert(word);
        }
        else
        {
            CutLongestFirst(word, isUnspaced);
        }

        // A word of Han, kana or Korean syllables has as many pieces as it has signs, which says nothing.
        if (!isUnspaced && LetterKinds.IsLetter(word[0]) && !LetterKinds.IsSyllable(word[0]))
        {
            _words++;
            _pieces += _count - before;
        }
    }

    private static bool HasForeignLetter(ReadOnlySpan<int> word)
    {
        foreach (var codePoint in word)
        {
            if (codePoint > 0x24F && LetterKinds.IsLetter(codePoint))
            {
                return true;
            }
        }

        return false;
    }

    // A word that does not come out whole is unknown, and the pieces found before are dropped. A lone symbol is nothing.
    [SkipLocalsInit]
    private void CutAsBert(scoped ReadOnlySpan<int> word)
    {
        var (before, known) = (_count, _known);
        _letters += CountLetters(word);
        Span<uint> hashes = stackalloc uint[LongestPiece];
        for (var at = 0; at < word.Length;)
        {
            var row = -1;
            var length = word.Length > LongestEnglishWord ? 0 : HashPrefixes(word[at..], at > 0, hashes);
            for (; length > 0; length--)
            {
                row = vocabulary.MayHave(hashes[length - 1]) ? vocabulary.FindEnglish(word.Slice(at, length), at > 0, hashes[length - 1]) : -1;
                if (row >= 0)
                {
                    break;
                }
            }

            if (row < 0)
            {
                (_count, _known) = (before, known);
                if (word.Length > 1 || !LetterKinds.IsSymbol(word[0]))
                {
                    Add(UnknownRow);
                }

                return;
            }

            Add(row);
            CountKnown(word, at, length);
            at += length;
        }
    }

    [SkipLocalsInit]
    private void CutLongestFirst(scoped ReadOnlySpan<int> word, bool isUnspaced)
    {
        Span<uint> hashes = stackalloc uint[LongestPiece];
        _letters += CountLetters(word);
        for (var at = 0; at < word.Length && !IsFull;)
        {
            var continues = at > 0 && !isUnspaced;
            var (row, length) = (-1, HashPrefixes(word[at..], continues, hashes));
            for (; length > 0; length--)
            {
                if (!vocabulary.MayHave(hashes[length - 1]))
                {
                    continue;
                }

                var letters = word.Slice(at, length);
                row = vocabulary.FindOther(letters, continues, hashes[length - 1]);
                row = row >= 0 ? row : vocabulary.FindEnglish(letters, continues, hashes[length - 1]);
                if (row >= 0)
                {
                    break;
                }
            }

            if (row >= 0)
            {
                Add(row);
                CountKnown(word, at, length);
            }

            at += Math.Max(1, length);
        }
    }

    /// <summary>Hashes the sequences of letters from the first on that are short enough to be a piece, and returns how many there are.</summary>
    private readonly int HashPrefixes(scoped ReadOnlySpan<int> letters, bool continues, scoped Span<uint> hashes)
    {
        var hash = TableVocabulary.AddToHash(continues ? TableVocabulary.ContinuationHash : TableVocabulary.StartHash, letters[0]);
        var length = Math.Min(Math.Min(letters.Length, hashes.Length), vocabulary.LongestFrom(hash));
        hashes[0] = hash;
        for (var i = 1; i < length; i++)
        {
            hashes[i] = hash = TableVocabulary.AddToHash(hash, letters[i]);
        }

        return length;
    }

    private int CountLetters(scoped ReadOnlySpan<int> word)
    {
        var count = 0;
        for (var i = 0; i < word.Length; i++)
        {
            var from = i;
            while (i < word.Length && (uint)(word[i] - 'a') < 26)
            {
                i++;
            }

            if (i > from)
            {
                count += i - from;
                Vote(LetterKinds.Latin, i - from);
            }

            if (i < word.Length && LetterKinds.IsLetter(word[i]))
            {
                // A sign that stands for a syllable or a word counts as several letters, so a Chinese text that names CNN stays Chinese.
                count++;
                Vote(LetterKinds.ScriptOf(word[i]), LetterKinds.IsSyllable(word[i]) ? LettersPerSyllable : 1);
            }
        }

        return count;
    }

    // The majority vote of Boyer and Moore: the script that is left is that of most of the text, where one has most.
    private void Vote(byte script, int weight) => (_script, _lead) = script == _script ? (_script, _lead + weight)
        : weight > _lead ? (script, weight - _lead)
        : (_script, _lead - weight);

    private static int LettersOf(ReadOnlySpan<int> word)
    {
        var count = 0;
        foreach (var codePoint in word)
        {
            count += LetterKinds.IsLetter(codePoint) ? 1 : 0;
        }

        return count;
    }

    // A piece of one letter says nothing, unless the letter is a whole word (I, a) or a sign that stands for a syllable or a word.
    private void CountKnown(scoped ReadOnlySpan<int> word, int at, int length) =>
        _known += length > 1 || word.Length == 1 || LetterKinds.IsSyllable(word[at]) ? LettersOf(word.Slice(at, length)) : 0;

    private void Add(int row)
    {
        if (!IsFull)
        {
            _ids[_count++] = row;
        }
    }
}
