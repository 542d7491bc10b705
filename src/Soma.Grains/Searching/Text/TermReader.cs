namespace Soma.Grains.Searching.Text;

/// <summary>
/// Reads the terms of a text one after another, as the keyword index keeps them. Documents and queries are read in the same way,
/// so that equal words become equal terms.
/// </summary>
/// <remarks>
/// The text is split into tokens (<see cref="Tokenizer"/>), its language is told by its stop words (<see cref="LanguageGuess"/>), and each
/// token gives its forms (<see cref="TermForms"/>). Makes no strings: <see cref="Current"/> lies in the caller's buffer until the next
/// move. One text after another may be read on a thread, not two at once.
/// </remarks>
internal ref struct TermReader
{
    /// <summary>The length of the longest term, in characters. Longer words are cut off.</summary>
    public const int LongestTerm = TokenList.LongestToken;

    /// <summary>Room that the caller's buffer must have.</summary>
    public const int BufferLength = Stems.BufferLength;

    private readonly ReadOnlySpan<char> _text;
    private readonly Span<char> _buffer;
    private readonly TokenList _list;
    private int _next;
    private int _form;
    private int _length;

    public TermReader(ReadOnlySpan<char> text, Span<char> buffer, Language? language = null)
    {
        _text = text;
        _buffer = buffer;
        _list = TokenList.Read(text);
        Language = language ?? LanguageGuess.Of(_list, text);
    }

    /// <summary>The language of the text's Latin words.</summary>
    public Language Language { get; }

    public readonly ReadOnlySpan<char> Current => _buffer[.._length];

    /// <summary>What the text has at the place of the current term: the word as it is written.</summary>
    public readonly ReadOnlySpan<char> Written => _text.Slice(_list.Tokens[_next].Source, _list.Tokens[_next].SourceLength);

    /// <summary>Whether the current term is the pair of the two characters read before it.</summary>
    public bool IsPair { get; private set; }

    /// <summary>
    /// Whether the term has a place of its own in the text. Other terms are further forms of a place, or what several places are
    /// together.
    /// </summary>
    public bool IsPlace { get; private set; }

    /// <summary>Whether the term is a stop word of the text's language.</summary>
    public bool IsStopWord { get; private set; }

    /// <summary>Whether it is written like a name: with a capital in the middle of a sentence, or in capitals.</summary>
    public bool IsName { get; private set; }

    /// <summary>Goes to the next term; false at the text's end.</summary>
    public bool MoveNext()
    {
        for (; _next < _list.Tokens.Length; _next++, _form = 0)
        {
            ref readonly var token = ref _list.Tokens[_next];
            var text = _list.TextOf(token);
            if (text.Length > 0)
            {
                _length = TermForms.Write(text, _text.Slice(token.Source, token.SourceLength), token, Language, _form, _buffer);
                if (_length > 0)
                {
                    IsPair = token.Kind == TokenKind.Pair;
                    IsName = token.IsName;
                    IsPlace = !token.IsWhole && _form == 0;
                    IsStopWord = token.StopWordIn != 0 && (token.StopWordIn & Language.Of(token.Script, Language).Bit) != 0;
                    _form++;
                    return true;
                }
            }
        }

        return false;
    }
}
