using System.Globalization;
using System.Text;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Embeddings;

/// <summary>
/// BERT's tokenizer: cleans the text, splits it at white space, punctuation and CJK characters, folds case and accents
/// (uncased models), then cuts each word into the longest pieces the vocabulary has (Devlin et al., 2018; WordPiece: Wu et
/// al., 2016).
/// </summary>
/// <remarks>
/// Our own because the library's BertTokenizer (Microsoft.ML.Tokenizers 2.0.1) gives other ids on a third of the models'
/// reference texts: it drops symbols such as <c>+</c> and <c>=</c> and emoji, joins words over tabs and line ends, and
/// cannot strip accents under invariant globalization. A wrong id is a wrong vector, found by nobody. Allocates nothing.
/// </remarks>
public sealed class WordPieceTokenizer(WordPieceVocabulary vocabulary, WordPieceOptions options)
{
    /// <summary>A longer word, in code points, is one <c>[UNK]</c>.</summary>
    public const int LongestWord = 100;

    /// <summary>The tokenizer of uncased models.</summary>
    public WordPieceTokenizer(WordPieceVocabulary vocabulary)
        : this(vocabulary, new WordPieceOptions())
    {
    }

    /// <summary>
    /// Writes the ids of <paramref name="text"/> without <c>[CLS]</c> and <c>[SEP]</c>, as many as fit. Text that spells a
    /// special token is plain text.
    /// </summary>
    /// <returns>How many ids were written.</returns>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids)
    {
        var run = new Run(vocabulary, stackalloc char[2 * (LongestWord + 1)], ids);
        Span<char> folded = stackalloc char[4];
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
        options is { LowerCase: true, StripAccents: true } ? AccentFolding.Fold(rune, folded)
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

    // BERT counts every printable ASCII character that is no letter or digit as punctuation, symbols included.
    private static RuneKind ClassifyAscii(char c) => c switch
    {
        ' ' or '\t' or '\n' or '\r' => RuneKind.Blank,
        < ' ' or '\x7f' => RuneKind.Removed,
        _ => char.IsAsciiLetterOrDigit(c) ? RuneKind.Letter : RuneKind.Alone,
    };

    // The blocks of ideographs that BERT sets apart; kana, Hangul and Thai are words to it.
    private static bool IsChinese(int codePoint) => codePoint
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>One encoding under way: the word being read, and the ids found so far.</summary>
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
                // Counts on past the buffer's end: a word that long is unknown, whatever its letters.
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
                    // One part that no piece covers makes the whole word unknown, the pieces found before it included.
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
