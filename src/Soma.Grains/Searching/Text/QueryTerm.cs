using System.Numerics;

namespace Soma.Grains.Searching.Text;

/// <summary>A word of a query, or one of its further forms, which each memory is asked for in the memory's own language.</summary>
/// <remarks>
/// Memories of different languages have different terms for the same word, and the word may be a stop word in some of them:
/// <c>die</c> counts in English memories and not in German ones. For one request, so for one thread at a time.
/// </remarks>
internal sealed class QueryTerm
{
    private readonly string _text;
    private readonly string _source;
    private readonly Token _token;
    private readonly int _form;
    private readonly uint _allStopWords;
    private readonly uint _told;
    private readonly TermText?[] _readings = new TermText?[Language.All.Count];
    private readonly List<TermText> _distinct = [];
    private uint _read;
    private uint _distinctIn;

    private QueryTerm(string text, string source, in Token token, int form, uint allStopWords, uint told) =>
        (_text, _source, _token, _form, _allStopWords, _told) = (text, source, token, form, allStopWords, told);

    /// <summary>How often the query has the word.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>The word as the query has it.</summary>
    public string Source => _source;

    /// <summary>Whether the word counts for how much of a query a memory covers. Further forms and parts of a word would count it twice.</summary>
    public bool IsCounted => _form == 0 && (!_token.IsWhole || _token.Kind == TokenKind.Pair);

    /// <summary>Whether the word is the same in every language.</summary>
    public bool IsNeutral => _token.Kind != TokenKind.Word || _token.Script != Script.Latin;

    /// <summary>The words of a query, without repetitions, each followed by its further forms.</summary>
    /// <param name="query">The query's text.</param>
    /// <param name="language">The language of its Latin words.</param>
    public static List<QueryTerm> Read(ReadOnlySpan<char> query, out Language language)
    {
        var list = TokenList.Read(query);
        language = LanguageGuess.Of(list, query);
        var told = ToldBy(list, language);
        var all = StopWordsOnly(list, query);
        var words = new Dictionary<(string, TokenKind, bool IsName, int Form), QueryTerm>();
        foreach (ref readonly var token in list.Tokens)
        {
            var text = list.TextOf(token).ToString();
            var source = query.Slice(token.Source, token.SourceLength).ToString();
            var asked = token with { IsName = token.IsName && !list.IsAllCapitals && !IsAlwaysCapital(text) };
            for (var form = 0; text.Length > 0 && HasForm(text, source, asked, form); form++)
            {
                if (!words.TryAdd((text, token.Kind, asked.IsName, form), new QueryTerm(text, source, asked, form, all, told)))
                {
                    words[(text, token.Kind, asked.IsName, form)].Count++;
                }
            }
        }

        return [.. words.Values];
    }

    /// <summary>The term that memories of the language have for it; null: it does not count there.</summary>
    public TermText? In(Language language)
    {
        if ((_read & language.Bit) == 0)
        {
            _read |= language.Bit;
            _readings[language.Number] = MakeIn(language);
        }

        return _readings[language.Number];
    }

    /// <summary>The different terms that memories of a set of languages have for it. Most languages have the same one.</summary>
    public IReadOnlyList<TermText> In(uint languages)
    {
        if (_distinctIn != languages)
        {
            _distinctIn = languages;
            _distinct.Clear();
            for (; languages != 0; languages &= languages - 1)
            {
                if (In(Language.All[BitOperations.TrailingZeroCount(languages)]) is { } term && !_distinct.Contains(term))
                {
                    _distinct.Add(term);
                }
            }
        }

        return _distinct;
    }

    private TermText? MakeIn(Language language)
    {
        var own = Language.Of(_token.Script, language);
        var isStopWord = _token.Kind == TokenKind.Word && (_token.StopWordIn & own.Bit) != 0;
        isStopWord |= (_token.StopWordIn & _told) != 0 || (IsUnspaced(_token) && UnspacedStopWords.Has(_source));
        if (isStopWord && !_token.IsName && (_allStopWords & (language.Bit | _told)) == 0)
        {
            return null;
        }

        Span<char> buffer = stackalloc char[Stems.BufferLength];
        var written = _token with { IsName = _source.Length > 0 && char.IsUpper(_source[0]) };
        var length = TermForms.Write(_text, _source, written, language, _form, buffer);
        if (length == 0 && _form == 1 && own == Language.English && !isStopWord && Umlauts.Other(_source) is { } other)
        {
            length = Stems.Write(other, [], own, false, buffer);
        }

        foreach (var known in _readings)
        {
            if (known is not null && buffer[..length].SequenceEqual(known.Text))
            {
                return known;
            }
        }

        return length == 0 ? null : new TermText(buffer[..length].ToString());
    }

    // A Korean word of two syllables is not asked for by the first: 아이 (child) would find 아들 (son).
    // A Latin word may be a name (form 1) or have accents (form 1) in some languages. Which form another script has does not depend on the language.
    private static bool HasForm(string text, string source, in Token token, int form) =>
        token is { Kind: TokenKind.Word, Script: Script.Latin } ? form < 2
        : token is { Kind: TokenKind.Word, Script: Script.Hangul } && Affixes.MayEndInParticle(text) ? form == 0
        : TermForms.Write(text, source, token, Language.English, form, stackalloc char[Stems.BufferLength]) > 0;

    /// <summary>
    /// The query's language, as a set, if two stop words tell it. They are stop words in memories of other languages then, too: in a
    /// single foreign memory they would be the rarest words of all. One word tells nothing, nor does one that English has too, as in
    /// <c>die in august</c>.
    /// </summary>
    private static uint ToldBy(TokenList list, Language language)
    {
        var (count, others) = (0, Language.English.Bit & ~language.Bit);
        foreach (ref readonly var token in list.Tokens)
        {
            var isOwn = (token.StopWordIn & language.Bit) != 0 && (token.StopWordIn & others) == 0;
            count += token is { Kind: TokenKind.Word, Script: Script.Latin, IsWhole: false } && isOwn ? 1 : 0;
        }

        return count >= 2 ? language.Bit : 0;
    }

    /// <summary>The languages in which every word of the query is a stop word.</summary>
    private static uint StopWordsOnly(TokenList list, ReadOnlySpan<char> query)
    {
        var all = uint.MaxValue;
        foreach (ref readonly var token in list.Tokens)
        {
            if (!token.IsWhole)
            {
                var languages = IsUnspaced(token) && UnspacedStopWords.Has(query.Slice(token.Source, token.SourceLength)) ? uint.MaxValue : token.StopWordIn;
                var isOfScript = token.Kind == TokenKind.Word && token.Script != Script.Latin && (languages & Language.Of(token.Script, Language.English).Bit) != 0;
                all &= isOfScript ? uint.MaxValue : languages;
            }
        }

        return all;
    }

    private static bool IsUnspaced(in Token token) => token.Kind is TokenKind.Character or TokenKind.Pair;

    // English writes "I" with a capital wherever it stands, German its formal pronouns.
    private static bool IsAlwaysCapital(string text) =>
        text is "i" or "sie" or "ihr" or "ihre" or "ihnen" or "ihren" or "ihrem" or "ihrer" || text.StartsWith("i'", StringComparison.Ordinal);
}

/// <summary>A term with the hashes by which segments find it.</summary>
internal sealed class TermText(string text)
{
    private (string Text, int Hash)? _further;

    /// <summary>What the terms of the payload's further fields begin with.</summary>
    public const char FurtherMark = '\uE0FE';

    public string Text => text;

    public int Hash { get; } = HashOf(text);

    /// <summary>The term of the same word in the payload's further fields. It is made when a segment has such terms.</summary>
    public (string Text, int Hash) Further => _further ??= (FurtherMark + text, HashOf(FurtherMark + text));

    /// <summary>The hash of a term, the same wherever one is looked up by it: in a text, in a query and in every segment.</summary>
    public static int HashOf(ReadOnlySpan<char> term) => string.GetHashCode(term, StringComparison.Ordinal);
}
