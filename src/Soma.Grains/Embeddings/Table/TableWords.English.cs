namespace Soma.Grains.Embeddings.Table;

/// <content>English words of ASCII, each of which is looked up once: to tell the language, and for its piece.</content>
internal ref partial struct TableWords
{
    /// <summary>Cuts small letters and signs of ASCII as English, and counts the words that say whether they are; see <see cref="TablePieces"/>.</summary>
    /// <returns>How many words have letters, and how many of them stand whole among the English pieces only.</returns>
    public (int Latin, int Known) CutEnglish(scoped ReadOnlySpan<int> text)
    {
        var (latin, known) = (0, 0);
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            var (row, isKnown) = ReadEnglish(text, ref i);
            latin += i > start ? 1 : 0;
            known += isKnown ? 1 : 0;
            if (i == text.Length || !char.IsAsciiLetterOrDigit((char)text[i]))
            {
                AddEnglish(text[start..i], row);
            }
            else
            {
                // Letters beside digits are one word here, and count as words of their own.
                while (i < text.Length && char.IsAsciiLetterOrDigit((char)text[i]))
                {
                    var from = i;
                    (_, isKnown) = ReadEnglish(text, ref i);
                    latin += i > from ? 1 : 0;
                    known += isKnown ? 1 : 0;
                    i += i > from ? 0 : 1;
                }

                CutWord(text[start..i], isUnspaced: false);
            }

            if (i < text.Length && !LetterKinds.IsBlank(text[i]))
            {
                CutWord(text.Slice(i, 1), isUnspaced: false);
            }

            i++;
        }

        return (latin, known);
    }

    /// <summary>Reads small letters up to something else.</summary>
    /// <returns>Their row; −1: they are no piece. And whether they are a piece of English only.</returns>
    private readonly (int Row, bool IsKnown) ReadEnglish(scoped ReadOnlySpan<int> text, ref int at)
    {
        var (start, hash) = (at, TableVocabulary.StartHash);
        for (; at < text.Length && (uint)(text[at] - 'a') < 26; at++)
        {
            hash = TableVocabulary.AddToHash(hash, text[at]);
        }

        if (at == start || !vocabulary.MayHave(hash))
        {
            return (-1, false);
        }

        var word = text[start..at];
        var row = vocabulary.FindEnglish(word, false, hash);
        return (row, row >= 0 && vocabulary.FindOther(word, false, hash) < 0);
    }

    private void AddEnglish(scoped ReadOnlySpan<int> letters, int row)
    {
        if (row < 0 || letters.Length > LongestPiece)
        {
            CutWord(letters, isUnspaced: false);
        }
        else if (!IsFull)
        {
            Vote(LetterKinds.Latin, letters.Length);
            Add(row);
            (_letters, _known) = (_letters + letters.Length, _known + letters.Length);
            (_words, _pieces) = (_words + 1, _pieces + 1);
        }
    }
}
