namespace Soma.Grains.Searching.Text;

/// <summary>Reads what is written together, and adds the tokens of its parts and wholes.</summary>
/// <remarks>
/// A chunk such as <c>ann@mail.example.com</c> is split at strong connectors (<c>@ / \ : &amp; + = ? #</c>) into segments
/// (<c>ann</c>, <c>mail.example.com</c>), a segment at weak connectors (<c>. - _ , '</c>) into pieces, and a piece where letters
/// and digits meet or a capital follows a small letter (<c>getUserById</c>, <c>5kg</c>). The smallest parts are places in the
/// text. Each piece, segment and chunk of several parts is a token beside them.
/// </remarks>
internal ref struct ChunkReading(ReadOnlySpan<char> text, TokenList list)
{
    private const char NonJoiner = '\u200C';

    private readonly ReadOnlySpan<char> _text = text;
    private readonly TokenList _list = list;
    private readonly ChunkTokens _tokens = list.Chunk;
    private int _at;
    private bool _isPath;

    public bool HasCapitals { get; private set; }

    public bool HasSmallLetters { get; private set; }

    /// <summary>Reads the chunk that begins at a letter or digit.</summary>
    /// <returns>Where it ends.</returns>
    public int Read(int at, bool startsSentence)
    {
        (_at, _isPath) = (at, false);
        if (TryReadPlainWord(startsSentence))
        {
            return _at;
        }

        _tokens.Pieces.Clear();
        var connector = '\0';
        do
        {
            var piece = ReadPiece(connector);
            piece.StartsSentence = startsSentence && connector == '\0';
            if (piece.Letters + piece.Digits > 0)
            {
                _tokens.Pieces.Add(piece);
            }
        }
        while (_tokens.Pieces.Count < ChunkTokens.MostPieces && TryReadConnector(out connector));

        if (!TryReadLanguageSign())
        {
            _tokens.Add();
        }

        return _at;
    }

    /// <summary>Reads a chunk that is one word of small ASCII letters, perhaps after a capital, as most are: it needs no pieces.</summary>
    private bool TryReadPlainWord(bool startsSentence)
    {
        var end = _at + 1;
        while (end < _text.Length && char.IsAsciiLetterLower(_text[end]))
        {
            end++;
        }

        if (!char.IsAsciiLetter(_text[_at]) || !EndsChunk(end))
        {
            return false;
        }

        var isCapital = char.IsAsciiLetterUpper(_text[_at]);
        HasCapitals |= isCapital;
        HasSmallLetters |= !isCapital || end > _at + 1;
        var start = _list.Position;
        _list.Append((char)(_text[_at] | 0x20));
        _list.Append(_text[(_at + 1)..end]);
        _list.Add(new Token(
            start, end - _at, _at, end - _at, TokenKind.Word, Script.Latin, IsWhole: false, IsName: isCapital && !startsSentence));
        _at = end;
        return true;
    }

    // A sign that may join two words ends the chunk before a blank. The signs of c# and c++ belong to it.
    private readonly bool EndsChunk(int at) => at == _text.Length
        || (_text[at] < 0x80 && !char.IsAsciiLetterOrDigit(_text[at]) && _text[at] is not ('#' or '+')
            && (Connector(_text[at]) == '\0' || at + 1 == _text.Length || _text[at + 1] is ' ' or '\n'));

    private Piece ReadPiece(char connector)
    {
        var piece = new Piece { Start = _list.Position, Source = _at, Connector = connector };
        (bool, bool, int) last = default;
        var script = Script.Other;
        Span<char> folded = stackalloc char[Folding.LongestFolded];
        for (; _at < _text.Length; piece.SourceLength = _at - piece.Source)
        {
            if (_text[_at] < 0x80 && script is Script.Latin or Script.Other)
            {
                // Most text is ASCII, and needs no table to be folded.
                if (!char.IsAsciiLetterOrDigit(_text[_at]))
                {
                    break;
                }

                CountAscii(_text[_at++], ref piece, ref last, ref script);
                continue;
            }

            Rune.DecodeFromUtf16(_text[_at..], out var rune, out var consumed);
            var kind = Characters.KindOf(rune);
            if (kind == CharacterKind.Word)
            {
                var count = Folding.Fold(rune, folded);
                if (count > 0 && !TryCount(rune, folded[..count], ref piece, ref last, ref script))
                {
                    break;
                }
            }
            else if (kind != CharacterKind.Format || (rune.Value == NonJoiner && script == Script.Arabic))
            {
                break;
            }

            _at += consumed;
        }

        return piece;
    }

    private void CountAscii(char character, ref Piece piece, ref (bool, bool, int) last, ref Script script)
    {
        var (isDigit, isCapital) = (char.IsAsciiDigit(character), char.IsAsciiLetterUpper(character));
        script = isDigit ? script : Script.Latin;
        HasCapitals |= isCapital;
        HasSmallLetters |= !isDigit && !isCapital;
        piece.Count(piece.Length, isDigit, isCapital, ref last);
        _list.Append((char)(isCapital ? character | 0x20 : character));
        piece.Length++;
    }

    // False: the character is of another script than the letters before, as in GPT는 (Latin, then Hangul). A piece has one script.
    private bool TryCount(
        Rune rune, scoped ReadOnlySpan<char> folded, ref Piece piece, ref (bool, bool, int) last, ref Script script)
    {
        var isDigit = char.IsAsciiDigit(folded[0]);
        if (!isDigit)
        {
            var own = Characters.ScriptOf(folded[0]);
            if (piece.Letters > 0 && own != script && (own == Script.Hangul || script == Script.Hangul || (own != Script.Other && script != Script.Other)))
            {
                return false;
            }

            script = piece.Letters == 0 ? own : script;
        }

        if (folded.Length == 1 && HangulJamo.TryCompose(piece.Length == 0 ? '\0' : _list[_list.Position - 1], folded[0]) is var syllable and not '\0')
        {
            _list.Replace(syllable);
            return true;
        }

        var isCapital = !isDigit && Rune.IsUpper(rune);
        HasCapitals |= isCapital;
        HasSmallLetters |= !isDigit && !isCapital;
        piece.Count(piece.Length, isDigit, isCapital, ref last);
        _list.Append(folded);
        piece.Length += folded.Length;
        return true;
    }

    private bool TryReadConnector(out char connector)
    {
        connector = '\0';
        if (_at + 1 >= _text.Length)
        {
            return false;
        }

        connector = Connector(_text[_at]);
        var next = _at + 1;
        if (connector is '/' or ':' or '\\')
        {
            _isPath = true;
            while (next < _text.Length - 1 && next < _at + 3 && Connector(_text[next]) is '/' or ':' or '\\')
            {
                next++;
            }
        }

        _isPath |= connector == '@';
        if (connector == '\0' || (connector is '?' or '=' or '%' or '#' or '~' && !_isPath) || !IsWordAt(next)
            || (connector == ',' && !(char.IsDigit(_text[_at - 1]) && char.IsDigit(_text[next]))))
        {
            return false;
        }

        _at = next;
        return true;
    }

    private readonly bool IsWordAt(int at) =>
        Rune.DecodeFromUtf16(_text[at..], out var rune, out _) == System.Buffers.OperationStatus.Done && Characters.KindOf(rune) == CharacterKind.Word;

    // Full-width signs and the other apostrophes and hyphens mean what the plain ones mean.
    private static char Connector(char sign) => sign switch
    {
        '.' or '-' or '_' or ',' or '\'' or '/' or '\\' or ':' or '@' or '&' or '+' or '=' or '?' or '%' or '#' or '~' => sign,
        '\u2019' or '\u02BC' or '\u2018' or '\u02BB' or '\u2032' => '\'',
        '\u2010' or '\u2011' => '-',

        // The separators of Arabic numbers, and what Persian writes between a word and its ending.
        '\u066B' => '.',
        '\u066C' => ',',
        NonJoiner => '-',
        >= '\uFF01' and <= '\uFF5E' => Connector((char)(sign - 0xFEE0)),
        _ => '\0',
    };

    // Keeps the signs of c++, c# and f#, because c and f alone mean something else.
    private bool TryReadLanguageSign()
    {
        if (_tokens.Pieces is not [{ Length: 1, Letters: 1 } piece] || !char.IsAsciiLetterLower(_list[piece.Start]) || _at >= _text.Length)
        {
            return false;
        }

        var sign = _text[_at..].StartsWith("++") ? "++" : _text[_at] == '#' ? "#" : "";
        if (sign.Length == 0 || (_at + sign.Length < _text.Length && char.IsLetter(_text[_at + sign.Length])))
        {
            return false;
        }

        _list.Append(sign);
        _at += sign.Length;
        _list.Add(new Token(piece.Start, 1 + sign.Length, piece.Source, 1 + sign.Length, TokenKind.Plain, Script.Other, IsWhole: false, IsName: false));
        return true;
    }
}
