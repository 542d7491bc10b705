using System.Buffers;

namespace Soma.Grains.Searching.Text;

/// <summary>
/// Reads the terms of a text one after another, as the keyword index keeps them: folded, without stop words, English words
/// stemmed. Documents and queries are read in the same way, so that equal words become equal terms.
/// </summary>
/// <remarks>
/// Letters and digits make words, so numbers, dates and ids are found by their parts; a point between digits stays (<c>3.14</c>),
/// and so do <c>c++</c>, <c>c#</c> and <c>f#</c>. Scripts written without blanks (Chinese, Japanese, Thai, …) give each character
/// and each pair of neighbours. Stemming touches ASCII words only. Makes no strings: <see cref="Current"/> lies in the caller's
/// buffer until the next move.
/// </remarks>
internal ref struct TermReader(ReadOnlySpan<char> text, Span<char> buffer)
{
    /// <summary>The length of the longest term, in characters. Longer words are cut off.</summary>
    public const int LongestTerm = 64;

    /// <summary>Room that the caller's buffer must have.</summary>
    public const int BufferLength = LongestTerm + 8;

    private static readonly SearchValues<char> EnglishLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz'");
    private readonly Span<char> _buffer = buffer;
    private ReadOnlySpan<char> _rest = text;
    private Rune? _previous;
    private Rune? _pending;
    private int _length;

    public readonly ReadOnlySpan<char> Current => _buffer[.._length];

    /// <summary>Whether the current term is the pair of the two characters read before it.</summary>
    public bool IsPair { get; private set; }

    /// <summary>Goes to the next term; false at the text's end.</summary>
    public bool MoveNext()
    {
        IsPair = _pending is not null;
        if (_pending is { } second)
        {
            _length = _previous!.Value.EncodeToUtf16(_buffer);
            _length += second.EncodeToUtf16(_buffer[_length..]);
            (_previous, _pending) = (second, null);
            return true;
        }

        while (!_rest.IsEmpty)
        {
            Rune.DecodeFromUtf16(_rest, out var rune, out var consumed);
            if (IsUnspaced(rune))
            {
                _rest = _rest[consumed..];
                EmitCharacter(rune);
                return true;
            }

            _previous = null;
            if (!IsWordRune(rune))
            {
                _rest = _rest[consumed..];
            }
            else if (ReadWord())
            {
                return true;
            }
        }

        return false;
    }

    private void EmitCharacter(Rune rune)
    {
        _pending = _previous is null ? null : rune;
        _previous ??= rune;

        // The character is not folded, because the marks that folding removes (the voicing of kana, vowels of Thai) make another
        // word of it.
        _length = rune.EncodeToUtf16(_buffer);
    }

    private bool ReadWord()
    {
        _length = 0;
        while (!_rest.IsEmpty)
        {
            Rune.DecodeFromUtf16(_rest, out var rune, out var consumed);
            if ((!IsWordRune(rune) && !JoinsWord(rune)) || IsUnspaced(rune))
            {
                break;
            }

            _rest = _rest[consumed..];
            Append(rune.Value == '\u2019' ? new Rune('\'') : rune);
        }

        // A combining mark that stands on no letter (the variation selector of an emoji) folds to nothing: no term.
        if (_length == 0 || StopWords.Contains(Current))
        {
            return false;
        }

        if (!Current.ContainsAnyExcept(EnglishLetters))
        {
            AppendLanguageSign();
            _length = _buffer[_length - 1] is '+' or '#' ? _length : EnglishStemmer.Stem(_buffer, _length);
        }

        return _length > 0;
    }

    // Keeps the signs of c++, c# and f#, because c and f alone mean something else.
    private void AppendLanguageSign()
    {
        if (_length != 1 || _rest.IsEmpty)
        {
            return;
        }

        var sign = _rest.StartsWith("++") ? "++" : _rest[0] == '#' ? "#" : "";
        if (sign.Length > 0 && (_rest.Length == sign.Length || !char.IsLetterOrDigit(_rest[sign.Length])))
        {
            sign.CopyTo(_buffer[_length..]);
            _length += sign.Length;
            _rest = _rest[sign.Length..];
        }
    }

    private void Append(Rune rune)
    {
        Span<char> folded = stackalloc char[4];
        var count = AccentFolding.Fold(rune, folded);
        if (_length + count <= LongestTerm)
        {
            folded[..count].CopyTo(_buffer[_length..]);
            _length += count;
        }
    }

    // Whether the rune joins two parts of a word: an apostrophe between letters, or a point between digits.
    private readonly bool JoinsWord(Rune rune)
    {
        if (_length == 0 || _rest.Length < 2)
        {
            return false;
        }

        var (before, after) = (_buffer[_length - 1], _rest[1]);
        return rune.Value switch
        {
            '\'' or '\u2019' => char.IsLetter(before) && char.IsLetter(after),
            '.' => char.IsAsciiDigit(before) && char.IsAsciiDigit(after),
            _ => false,
        };
    }

    private static bool IsWordRune(Rune rune) =>
        rune.IsAscii ? char.IsAsciiLetterOrDigit((char)rune.Value) : Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.OtherSymbol;

    // Whether the rune belongs to a script without blanks between words: kana, ideographs, Thai, Lao, Khmer, Myanmar.
    private static bool IsUnspaced(Rune rune) => rune.Value
        is (>= 0x3041 and <= 0x30FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0x20000 and <= 0x323AF) or (>= 0x0E01 and <= 0x0EDF) or (>= 0x1780 and <= 0x17D3) or (>= 0x1000 and <= 0x109F);
}
