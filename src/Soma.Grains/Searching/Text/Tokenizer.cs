namespace Soma.Grains.Searching.Text;

/// <summary>Splits a text into tokens: words, numbers, signs, and what is written together of them.</summary>
/// <remarks>
/// <para>Letters and digits make pieces. Pieces that are joined without a blank (<c>v2.4.1</c>, <c>GPT-4</c>, <c>a@b.org/x</c>) make a
/// chunk; <see cref="ChunkReading"/> gives its parts and its wholes. So a version, an address, a date or a path is found whole, and by
/// its parts.</para>
/// <para>Scripts without blanks between words (Chinese, Japanese, Thai, …) give each character and each pair of neighbours.</para>
/// </remarks>
internal ref struct Tokenizer(ReadOnlySpan<char> text, TokenList list)
{
    private readonly ReadOnlySpan<char> _text = text;
    private readonly TokenList _list = list;
    private ChunkReading _chunk = new(text, list);
    private int _at;
    private Token? _previous;

    public void Run()
    {
        var startsSentence = true;
        while (_at < _text.Length)
        {
            if (_text[_at] == ' ')
            {
                (_previous, _at) = (null, _at + 1);
                continue;
            }

            Rune.DecodeFromUtf16(_text[_at..], out var rune, out var consumed);
            switch (Characters.KindOf(rune))
            {
                case CharacterKind.Word:
                    _previous = null;
                    consumed = _chunk.Read(_at, startsSentence) - _at;
                    startsSentence = false;
                    break;
                case CharacterKind.Unspaced:
                    consumed = ReadCharacter(rune, consumed);
                    startsSentence = false;
                    break;
                case CharacterKind.Symbol:
                    _previous = null;
                    AddSymbol(consumed);
                    break;
                case CharacterKind.Separator:
                    _previous = null;
                    startsSentence |= rune.Value is '.' or '!' or '?' or ':' or '\n' or '"' or '\u201C' or '(' or '\u2026' or '-' or '\u2013' or '\u2014';
                    break;
            }

            _at += consumed;
        }

        _list.IsAllCapitals = _chunk.HasCapitals && !_chunk.HasSmallLetters;
    }

    private readonly void AddSymbol(int length)
    {
        var start = _list.Position;
        _list.Append(_text.Slice(_at, length));
        _list.Add(new Token(start, length, _at, length, TokenKind.Plain, Script.Other, IsWhole: false, IsName: false));
    }

    // Half-width kana carry their voicing mark behind them; with it they are one character.
    private int ReadCharacter(Rune rune, int consumed)
    {
        Span<char> folded = stackalloc char[Folding.LongestFolded];
        var count = Folding.Fold(rune, folded);
        if (_at + consumed < _text.Length && Voiced(folded[0], _text[_at + consumed]) is var voiced and not '\0')
        {
            folded[0] = voiced;
            consumed++;
        }

        var start = _list.Position;
        _list.Append(folded[..count]);
        var token = new Token(start, count, _at, consumed, TokenKind.Character, Script.Other, IsWhole: false, IsName: false);
        _list.Add(token);
        if (_previous is { } before)
        {
            // The two stand beside each other in the list, too.
            _list.Add(new Token(
                before.Start, before.Length + count, before.Source, _at + consumed - before.Source, TokenKind.Pair, Script.Other, IsWhole: true, IsName: false));
        }

        _previous = token;
        return consumed;
    }

    private static char Voiced(char kana, char mark) => mark switch
    {
        '\u3099' or '\uFF9E' => kana switch
        {
            'ウ' => 'ヴ',
            >= 'か' and <= 'と' or >= 'カ' and <= 'ト' or >= 'は' and <= 'ほ' or >= 'ハ' and <= 'ホ' => (char)(kana + 1),
            _ => '\0',
        },
        '\u309A' or '\uFF9F' => kana is (>= 'は' and <= 'ほ') or (>= 'ハ' and <= 'ホ') ? (char)(kana + 2) : '\0',
        _ => '\0',
    };
}
