namespace Soma.Grains.Searching.Text;

/// <summary>
/// The forms under which a token is indexed and asked for. Most tokens have one, their term; a few scripts have more, because a
/// rule cannot tell where the word ends. Documents and queries take the same forms.
/// </summary>
internal static class TermForms
{
    /// <summary>What the term of a stop word begins with that is written like a name. It puts <c>US</c> before <c>us</c>.</summary>
    public const char NameMark = '\uE0FF';

    /// <summary>Writes one of the forms of a token.</summary>
    /// <param name="text">The folded token.</param>
    /// <param name="source">The token as it is written; empty: unknown.</param>
    /// <param name="token">What kind of token it is.</param>
    /// <param name="language">The language of the Latin words.</param>
    /// <param name="form">0 for the term, 1 and more for further forms.</param>
    /// <param name="buffer">Gets the form; of <see cref="Stems.BufferLength"/>.</param>
    /// <returns>Its length; 0: the token has no such form.</returns>
    public static int Write(
        ReadOnlySpan<char> text, ReadOnlySpan<char> source, in Token token, Language language, int form, Span<char> buffer)
    {
        if (token.Kind != TokenKind.Word)
        {
            return form == 0 ? Copy(text, buffer) : 0;
        }

        var own = Language.Of(token.Script, language);
        var isStopWord = (token.StopWordIn & own.Bit) != 0;
        if (isStopWord)
        {
            return form == 0 ? Stems.Write(text, source, own, true, buffer) : form == 1 && token.IsName ? WriteName(text, buffer) : 0;
        }

        return token.Script switch
        {
            Script.Hangul => WriteKorean(text, form, buffer),
            Script.Hebrew => WriteHebrew(text, form, buffer),
            Script.Latin when own.Name == "vi" => WriteVietnamese(text, source, own, form, buffer),
            Script.Latin when own.KeepsAccents && form == 1 => WriteWithoutAccents(text, source, own, buffer),
            _ => form == 0 ? Stems.Write(text, source, own, false, buffer) : 0,
        };
    }

    private static int WriteName(ReadOnlySpan<char> text, Span<char> buffer)
    {
        // In English "I" is always a capital.
        buffer[0] = NameMark;
        return text is "i" ? 0 : 1 + Copy(text, buffer[1..]);
    }

    // Without the particle, then with it, then each pair of syllables: 건강보험 is found by 보험.
    private static int WriteKorean(ReadOnlySpan<char> text, int form, Span<char> buffer)
    {
        var bare = text[..Affixes.LengthWithoutParticle(text)];
        if (form == 0)
        {
            return Copy(bare, buffer);
        }

        // 눈이 is snow with a particle, 아이 is a child: of two syllables the first is another form.
        if (Affixes.MayEndInParticle(text))
        {
            return form == 1 ? Copy(text[..1], buffer) : 0;
        }

        var pair = form - 1;
        if (bare.Length < text.Length)
        {
            pair--;
            if (form == 1)
            {
                return Copy(text, buffer);
            }
        }

        return bare.Length > 2 && pair + 2 <= bare.Length ? Copy(bare.Slice(pair, 2), buffer) : 0;
    }

    private static int WriteHebrew(ReadOnlySpan<char> text, int form, Span<char> buffer)
    {
        var word = Affixes.WithoutPlural(text);
        var bare = Affixes.WithoutPrefix(word);
        return form == 0 ? Copy(word, buffer) : form == 1 && bare.Length < word.Length ? Copy(bare, buffer) : 0;
    }

    // The accents of Vietnamese make other words, but not everybody types them.
    private static int WriteVietnamese(ReadOnlySpan<char> text, ReadOnlySpan<char> source, Language language, int form, Span<char> buffer)
    {
        var length = Stems.Write(text, source, language, true, buffer);
        if (form == 0 || source.Length is 0 or > TokenList.LongestToken || Ascii.IsValid(source))
        {
            return form == 0 ? length : 0;
        }

        return form == 1 ? 1 + source.ToLowerInvariant(buffer[1..]) : 0;
    }

    // A stemmer that reads accents takes the word to another stem where they are left out, as many people do.
    private static int WriteWithoutAccents(ReadOnlySpan<char> text, ReadOnlySpan<char> source, Language language, Span<char> buffer)
    {
        if (Ascii.IsValid(source))
        {
            return 0;
        }

        Span<char> known = stackalloc char[Stems.BufferLength];
        var length = Stems.Write(text, [], language, false, buffer);
        return buffer[..length].SequenceEqual(known[..Stems.Write(text, source, language, false, known)]) ? 0 : length;
    }

    private static int Copy(ReadOnlySpan<char> text, Span<char> buffer)
    {
        text.CopyTo(buffer);
        return text.Length;
    }
}
