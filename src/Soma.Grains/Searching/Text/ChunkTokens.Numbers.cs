using System.Numerics;

namespace Soma.Grains.Searching.Text;

/// <content>Numbers, dates and versions.</content>
internal sealed partial class ChunkTokens
{
    // The digits of a telephone number without its area, of a date, of an ISBN.
    private const int ShortestJoinedNumber = 7;

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

        AddJoinedNumber(pieces);
    }

    // 555-867-5309 is 5558675309, and 978-3-16-148410-0 is 9783161484100.
    private void AddJoinedNumber(ReadOnlySpan<Piece> pieces)
    {
        var digits = pieces[0].Length;
        foreach (ref readonly var piece in pieces[1..])
        {
            digits = piece.Connector == '-' ? digits + piece.Length : int.MinValue / 2;
        }

        if (digits >= ShortestJoinedNumber)
        {
            var start = list.Position;
            foreach (ref readonly var piece in pieces)
            {
                list.Append(list.Slice(piece.Start, piece.Length));
            }

            AddToken(pieces[0], start, digits, TokenKind.Plain, isWhole: true);
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
}
