using System.Numerics;

namespace Soma.Grains.Searching.Text;

/// <summary>Makes tokens of the pieces of a chunk: of its parts, and of what they are together.</summary>
internal sealed partial class ChunkTokens(TokenList list)
{
    /// <summary>A longer chunk goes on as another one.</summary>
    public const int MostPieces = 64;

    // A random id such as dQw4w9WgXcQ has more parts, and none of them means anything.
    private const int MostBoundaries = 5;

    // Longer pieces with a dot between them are file names and hosts, which nobody writes without the dot.
    private const int LongestAbbreviation = 8;

    /// <summary>The pieces of the chunk in their order.</summary>
    public List<Piece> Pieces { get; } = [];

    /// <summary>Adds the tokens of the chunk.</summary>
    public void Add()
    {
        var pieces = CollectionsMarshal.AsSpan(Pieces);
        var (from, segments) = (0, 0);
        for (var i = 1; i <= pieces.Length; i++)
        {
            if (i == pieces.Length || pieces[i].IsStrong)
            {
                AddSegment(pieces[from..i]);
                (from, segments) = (i, segments + 1);
            }
        }

        if (segments > 1)
        {
            AddWhole(pieces, keepsConnectors: true);
            AddInitials(pieces);
        }
    }

    private void AddSegment(ReadOnlySpan<Piece> pieces)
    {
        if (pieces.Length == 1)
        {
            AddPiece(pieces[0]);
        }
        else if (HasWord(pieces))
        {
            AddWords(pieces);
        }
        else
        {
            AddNumber(pieces);
        }
    }

    private void AddWords(ReadOnlySpan<Piece> pieces)
    {
        if (pieces.Length == 2 && pieces[1].Connector == '\'' && TryAddContraction(pieces[0], pieces[1]))
        {
            return;
        }

        var (kept, isName) = (0, false);
        for (var i = 0; i < pieces.Length; i++)
        {
            var isArticle = i + 1 < pieces.Length && pieces[i + 1].Connector == '\'' && Elisions.IsArticle(list.Slice(pieces[i].Start, pieces[i].Length));
            isName |= isArticle && pieces[i].IsCapital && pieces[i + 1].IsCapital;
            if (!isArticle && !(pieces[i].Connector == '\'' && Elisions.IsEnding(list.Slice(pieces[i].Start, pieces[i].Length))))
            {
                AddPiece(pieces[i]);
                kept++;
            }
        }

        // D'Angelo and O'Brien are one name beside their parts; l'ufficio is an article and a word.
        if (kept == pieces.Length || isName)
        {
            AddWhole(pieces, keepsConnectors: false);
            AddAbbreviation(pieces);
        }

        AddVersion(pieces);
    }

    // AC/DC is ACDC, and R&D is RD.
    private void AddInitials(ReadOnlySpan<Piece> pieces)
    {
        var letters = 0;
        foreach (ref readonly var piece in pieces)
        {
            letters += piece.Digits == 0 && piece.Capitals == piece.Letters && piece.Connector is '\0' or '/' or '&' ? piece.Letters : LongestAbbreviation + 1;
        }

        if (letters <= LongestAbbreviation)
        {
            AddJoined(pieces, isName: true);
        }
    }

    // U.S., Ph.D. and node.js are asked for without the dots, too.
    private void AddAbbreviation(ReadOnlySpan<Piece> pieces)
    {
        var (letters, capitals, dots) = (0, 0, 0);
        foreach (ref readonly var piece in pieces)
        {
            letters += piece.Letters;
            capitals += piece.Capitals;
            dots += piece.Connector == '.' && piece.Digits == 0 ? 1 : 0;
        }

        if (dots == pieces.Length - 1 && pieces[0].Digits == 0 && letters <= LongestAbbreviation)
        {
            AddJoined(pieces, isName: capitals == letters);
        }
    }

    private void AddJoined(ReadOnlySpan<Piece> pieces, bool isName)
    {
        var start = list.Position;
        foreach (ref readonly var piece in pieces)
        {
            list.Append(list.Slice(piece.Start, piece.Length));
        }

        list.Add(new Token(
            start, list.Position - start, pieces[0].Source, 0, TokenKind.Word, Characters.ScriptOf(list[start]), IsWhole: true, isName));
    }

    private static bool HasWord(ReadOnlySpan<Piece> pieces)
    {
        foreach (ref readonly var piece in pieces)
        {
            if (!piece.IsNumber)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryAddContraction(in Piece first, in Piece second)
    {
        Span<char> joined = stackalloc char[12];
        if (first.Length + second.Length + 1 > joined.Length)
        {
            return false;
        }

        list.Slice(first.Start, first.Length).CopyTo(joined);
        joined[first.Length] = '\'';
        list.Slice(second.Start, second.Length).CopyTo(joined[(first.Length + 1)..]);
        joined = joined[..(first.Length + second.Length + 1)];
        if (!StopWords.IsContraction(joined))
        {
            return false;
        }

        var start = list.Position;
        list.Append(joined);
        AddToken(first, start, joined.Length, TokenKind.Word, isWhole: false);
        return true;
    }

    private void AddPiece(in Piece piece)
    {
        var parts = BitOperations.PopCount(piece.Boundaries) + 1;
        if (parts == 1 || parts > MostBoundaries + 1)
        {
            AddToken(piece, piece.Start, piece.Length, piece.Digits > 0 ? TokenKind.Plain : TokenKind.Word, isWhole: false);
            return;
        }

        var (rest, from) = (piece.Boundaries, 0);
        for (var i = 0; i < parts; i++)
        {
            var to = i == parts - 1 ? piece.Length : BitOperations.TrailingZeroCount(rest);
            rest &= rest - 1;
            var isNumber = char.IsAsciiDigit(list[piece.Start + from]);
            AddToken(piece, piece.Start + from, to - from, isNumber ? TokenKind.Plain : TokenKind.Word, isWhole: false);
            from = to;
        }

        AddToken(piece, piece.Start, piece.Length, piece.Digits > 0 ? TokenKind.Plain : TokenKind.Word, isWhole: true);

        // OAuth2 is asked for as OAuth, and iPhone15 as iPhone 15.
        if (parts > 2 && piece.Digits > 0)
        {
            AddLetters(piece);
        }
    }

    /// <summary>Adds the letters at the front of a piece that has a capital inside of them and ends in digits.</summary>
    private void AddLetters(in Piece piece)
    {
        var length = list.Slice(piece.Start, piece.Length).IndexOfAnyInRange('0', '9');
        if (length > 2 && (piece.Boundaries & ((1UL << Math.Min(length, 63)) - 1)) != 0)
        {
            list.Add(new Token(
                piece.Start, length, piece.Source, 0, TokenKind.Word, Characters.ScriptOf(list[piece.Start]), IsWhole: true, IsName: false));
        }
    }

    /// <summary>Adds all pieces as one token. Hyphens and underlines between words are left out: GPT-4 is GPT4, e-mail is email.</summary>
    private void AddWhole(ReadOnlySpan<Piece> pieces, bool keepsConnectors)
    {
        var (start, isWord) = (list.Position, true);
        for (var i = 0; i < pieces.Length && list.Position - start <= TokenList.LongestToken; i++)
        {
            var sign = i == 0 ? '\0' : keepsConnectors ? pieces[i].Connector : pieces[i].Connector switch
            {
                '.' => '.',
                ',' => '.',
                '-' when pieces[i].IsNumber && pieces[i - 1].IsNumber => '-',
                _ => '\0',
            };
            if (sign != '\0')
            {
                list.Append(sign);
            }

            list.Append(list.Slice(pieces[i].Start, pieces[i].Length));
            isWord &= sign == '\0' && pieces[i].Digits == 0;
        }

        AddToken(pieces[0], start, list.Position - start, isWord ? TokenKind.Word : TokenKind.Plain, isWhole: true);
    }

    private void AddToken(in Piece piece, int start, int length, TokenKind kind, bool isWhole)
    {
        var isPiece = start == piece.Start && length == piece.Length;
        list.Add(new Token(
            start, length, piece.Source, isPiece ? piece.SourceLength : 0, kind,
            kind == TokenKind.Word ? Characters.ScriptOf(list[start]) : Script.Other, isWhole, isPiece && piece.IsName));
    }
}
