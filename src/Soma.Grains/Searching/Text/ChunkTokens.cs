using System.Numerics;

namespace Soma.Grains.Searching.Text;

/// <summary>Makes tokens of the pieces of a chunk: of its parts, and of what they are together.</summary>
internal sealed class ChunkTokens(TokenList list)
{
    /// <summary>A longer chunk goes on as another one.</summary>
    public const int MostPieces = 64;

    // A random id such as dQw4w9WgXcQ has more parts, and none of them means anything.
    private const int MostBoundaries = 5;

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
        }

        AddVersion(pieces);
    }

    // Helix v2.4.1 is asked for by 2.4.1, too.
    private void AddVersion(ReadOnlySpan<Piece> pieces)
    {
        var first = pieces[0];
        if (BitOperations.PopCount(first.Boundaries) == 1 && char.IsAsciiDigit(list[first.Start + first.Length - 1]) && !HasWord(pieces[1..]))
        {
            var start = list.Position;
            list.Append(list.Slice(first.Start, first.Length)[BitOperations.TrailingZeroCount(first.Boundaries)..]);
            foreach (var piece in pieces[1..])
            {
                list.Append('.');
                list.Append(list.Slice(piece.Start, piece.Length));
            }

            AddToken(first, start, list.Position - start, TokenKind.Plain, isWhole: true);
        }
    }

    private void AddNumber(ReadOnlySpan<Piece> pieces)
    {
        foreach (var piece in pieces)
        {
            // 14.03.2026 is 14.3.2026.
            var zero = piece.Length == 2 && list[piece.Start] == '0' ? 1 : 0;
            AddToken(piece, piece.Start + zero, piece.Length - zero, TokenKind.Plain, isWhole: false);
            if (zero > 0)
            {
                AddToken(piece, piece.Start, piece.Length, TokenKind.Plain, isWhole: true);
            }
        }

        // 12,500 is 12500, and 12.500 may be either.
        var groups = CountGroups(pieces);
        if (groups > 0)
        {
            var start = list.Position;
            for (var i = 0; i < pieces.Length; i++)
            {
                list.Append(i == groups ? "." : "");
                list.Append(list.Slice(pieces[i].Start, pieces[i].Length));
            }

            AddToken(pieces[0], start, list.Position - start, TokenKind.Plain, isWhole: true);
        }

        if (groups != pieces.Length || pieces[1].Connector == '.')
        {
            AddWhole(pieces, keepsConnectors: false);
        }
    }

    /// <summary>How many pieces are the groups of thousands of a number, of which one more may be its fraction; 0: it is no such number.</summary>
    private static int CountGroups(ReadOnlySpan<Piece> pieces)
    {
        var (sign, count) = (pieces[1].Connector, 1);
        while (count < pieces.Length && pieces[count].Connector == sign && pieces[count].Length == 3)
        {
            count++;
        }

        return pieces[0].Length <= 3 && count > 1 && sign is ',' or '.' or '\'' or '_'
            && (count == pieces.Length || (count == pieces.Length - 1 && pieces[count].Connector is '.' or ',' && pieces[count].Connector != sign)) ? count : 0;
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
