namespace Soma.Grains.Searching.Text;

/// <summary>What kind of term a token makes.</summary>
internal enum TokenKind : byte
{
    /// <summary>Letters of one script, whose stem is the term.</summary>
    Word,

    /// <summary>A number, code, path or sign: the term is what was written, folded.</summary>
    Plain,

    /// <summary>A character of a script without blanks.</summary>
    Character,

    /// <summary>Two neighbouring characters of such a script. It is no place in the text: it says that the two are joined.</summary>
    Pair,
}

/// <summary>A token of a text; its characters lie in the <see cref="TokenList"/>.</summary>
/// <param name="Start">Where its folded characters begin.</param>
/// <param name="Length">How many folded characters it has, at most <see cref="TokenList.LongestToken"/>.</param>
/// <param name="Source">Where it begins in the text.</param>
/// <param name="SourceLength">How many characters of the text it is made of.</param>
/// <param name="Kind">What kind of term it makes.</param>
/// <param name="Script">Of a word: the script of its first letter.</param>
/// <param name="IsWhole">Whether its parts are tokens, too. It then counts neither for the text's length nor as a place in the text.</param>
/// <param name="IsName">Whether it is written like a name: with a capital in the middle of a sentence, or in capitals.</param>
internal readonly record struct Token(
    int Start, int Length, int Source, int SourceLength, TokenKind Kind, Script Script, bool IsWhole, bool IsName)
{
    /// <summary>The languages in which it is a stop word, as a set.</summary>
    public uint StopWordIn { get; init; }
}

/// <summary>The tokens of a text. One is kept for each thread and used again, so that reading a text allocates nothing.</summary>
internal sealed class TokenList
{
    /// <summary>Longer tokens are cut off.</summary>
    public const int LongestToken = 64;

    // A list that a very long text has made this large is dropped instead of being kept for the next text.
    private const int MostKept = 1 << 16;

    [ThreadStatic]
    private static TokenList? _kept;

    private Token[] _tokens = new Token[256];
    private char[] _characters = new char[2048];
    private int _count;
    private int _used;

    private TokenList() => Chunk = new ChunkTokens(this);

    /// <summary>The chunk that is being read.</summary>
    public ChunkTokens Chunk { get; }

    /// <summary>The tokens in the order of the text. A whole follows its parts.</summary>
    public ReadOnlySpan<Token> Tokens => _tokens.AsSpan(0, _count);

    /// <summary>Whether the text has a capital letter and no small one, so that capitals say nothing.</summary>
    public bool IsAllCapitals { get; set; }

    /// <summary>Reads the text. The result is valid until this thread reads the next text.</summary>
    public static TokenList Read(ReadOnlySpan<char> text)
    {
        var list = _kept is { } kept && kept._characters.Length <= MostKept ? kept : _kept = new TokenList();
        (list._count, list._used, list.IsAllCapitals) = (0, 0, false);
        new Tokenizer(text, list).Run();
        return list;
    }

    public ReadOnlySpan<char> TextOf(in Token token) => _characters.AsSpan(token.Start, token.Length);

    /// <summary>Where the next character goes.</summary>
    public int Position => _used;

    public char this[int position] => _characters[position];

    public ReadOnlySpan<char> Slice(int start, int length) => _characters.AsSpan(start, length);

    public void Append(scoped ReadOnlySpan<char> characters)
    {
        if (_used + characters.Length > _characters.Length)
        {
            Array.Resize(ref _characters, 2 * (_used + characters.Length));
        }

        characters.CopyTo(_characters.AsSpan(_used));
        _used += characters.Length;
    }

    /// <summary>Puts another character in the place of the last one.</summary>
    public void Replace(char last) => _characters[_used - 1] = last;

    public void Append(char character)
    {
        if (_used == _characters.Length)
        {
            Array.Resize(ref _characters, 2 * _used);
        }

        _characters[_used++] = character;
    }

    public void Add(in Token token)
    {
        if (_count == _tokens.Length)
        {
            Array.Resize(ref _tokens, 2 * _count);
        }

        var length = Math.Min(token.Length, LongestToken);
        var stopWordIn = token.Kind == TokenKind.Word ? StopWords.LanguagesOf(Slice(token.Start, length)) : 0;
        _tokens[_count++] = length == token.Length && stopWordIn == 0 ? token : token with { Length = length, StopWordIn = stopWordIn };
    }
}
