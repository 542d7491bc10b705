using Soma.Grains.Embeddings.Unicode;

namespace Soma.Grains.Embeddings;

/// <summary>
/// BERT's tokenizer: cleans the text, splits it at white space, punctuation and CJK characters, folds case and accents (uncased
/// models), then cuts each word into the longest pieces the vocabulary has (Devlin et al., 2018; WordPiece: Wu et al., 2016).
/// </summary>
/// <remarks>
/// This is Soma's own implementation because BertTokenizer of Microsoft.ML.Tokenizers 2.0.1 returns other ids for a third of the
/// models' reference texts: it drops symbols such as <c>+</c> and <c>=</c> and emoji, joins words across tabs and line ends, and
/// cannot strip accents under invariant globalization. A wrong id makes a wrong vector, and nobody would notice. This
/// implementation allocates nothing.
/// </remarks>
public sealed class WordPieceTokenizer(WordPieceVocabulary vocabulary, WordPieceOptions options) : IPieceTokenizer
{
    /// <summary>A word with more code points than this becomes one <c>[UNK]</c>.</summary>
    public const int LongestWord = 100;

    /// <summary>The tokenizer of uncased models.</summary>
    public WordPieceTokenizer(WordPieceVocabulary vocabulary)
        : this(vocabulary, new WordPieceOptions())
    {
    }

    /// <summary>
    /// Writes as many ids of <paramref name="text"/> as fit, without <c>[CLS]</c> and <c>[SEP]</c>. A special token that is
    /// spelled out in the text is treated as plain text.
    /// </summary>
    /// <returns>How many ids were written.</returns>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids)
    {
        var run = new Run(vocabulary, stackalloc char[2 * (LongestWord + 1)], ids);
        Span<char> folded = stackalloc char[CanonicalForm.LongestWithoutAccents];
        foreach (var rune in text.EnumerateRunes())
        {
            var kind = Classify(rune);
            if (kind == RuneKind.Removed)
            {
                continue;
            }

            if (kind != RuneKind.Letter)
            {
                run.EndWord();
            }

            if (run.IsFull)
            {
                break;
            }

            if (kind != RuneKind.Blank)
            {
                run.Append(folded[..Fold(rune, folded)]);
            }

            if (kind == RuneKind.Alone)
            {
                run.EndWord();
            }
        }

        run.EndWord();
        return run.Count;
    }

    private enum RuneKind
    {
        Letter,
        Alone,
        Blank,
        Removed,
    }

    private int Fold(Rune rune, Span<char> folded) =>
        options is { LowerCase: true, StripAccents: true } ? CanonicalForm.WithoutAccents(rune, folded)
        : (options.LowerCase ? Rune.ToLowerInvariant(rune) : rune).EncodeToUtf16(folded);

    private RuneKind Classify(Rune rune)
    {
        if (rune.IsAscii)
        {
            return ClassifyAscii((char)rune.Value);
        }

        if (options.SplitIdeographs && IsChinese(rune.Value))
        {
            return RuneKind.Alone;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
                or UnicodeCategory.OtherNotAssigned => RuneKind.Removed,
            UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => RuneKind.Blank,
            UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
                or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation
                or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation => RuneKind.Alone,
            _ => rune == Rune.ReplacementChar ? RuneKind.Removed : RuneKind.Letter,
        };
    }

    // BERT treats every printable ASCII character that is not a letter or digit as punctuation, including symbols.
    private static RuneKind ClassifyAscii(char c) => c switch
    {
        ' ' or '\t' or '\n' or '\r' => RuneKind.Blank,
        < ' ' or '\x7f' => RuneKind.Removed,
        _ => char.IsAsciiLetterOrDigit(c) ? RuneKind.Letter : RuneKind.Alone,
    };

    // The Unicode blocks of ideographs that BERT separates. Kana, Hangul and Thai are not among them: BERT reads them as words.
    private static bool IsChinese(int codePoint) => codePoint
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>The state of one encoding: the word that is being read, and the ids found so far.</summary>
    private ref struct Run(WordPieceVocabulary vocabulary, Span<char> buffer, Span<int> ids)
    {
        private readonly Span<char> _buffer = buffer;
        private readonly Span<int> _ids = ids;
        private int _length;
        private int _codePoints;

        public int Count { get; private set; }

        public readonly bool IsFull => Count == _ids.Length;

        public void Append(scoped ReadOnlySpan<char> folded)
        {
            foreach (var c in folded)
            {
                // Counting goes on beyond the end of the buffer: a word of that length is unknown, whatever its letters are.
                _codePoints += char.IsLowSurrogate(c) ? 0 : 1;
                if (_length < _buffer.Length)
                {
                    _buffer[_length++] = c;
                }
            }
        }

        public void EndWord()
        {
            if (_codePoints > LongestWord)
            {
                Add(vocabulary.UnknownId);
            }
            else if (_codePoints > 0)
            {
                CutIntoPieces(_buffer[.._length]);
            }

            (_length, _codePoints) = (0, 0);
        }

        private void CutIntoPieces(scoped ReadOnlySpan<char> word)
        {
            var before = Count;
            var start = 0;
            while (start < word.Length)
            {
                var length = Math.Min(word.Length - start, vocabulary.LongestPiece);
                var id = 0;
                while (length > 0 && !vocabulary.TryFind(word.Slice(start, length), start == 0, out id))
                {
                    length--;
                }

                if (length == 0)
                {
                    // If no piece covers a part of the word, the whole word is unknown, and the pieces found before are dropped.
                    Count = before;
                    Add(vocabulary.UnknownId);
                    return;
                }

                Add(id);
                start += length;
            }
        }

        private void Add(int id)
        {
            if (!IsFull)
            {
                _ids[Count++] = id;
            }
        }
    }
}
