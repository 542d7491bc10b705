using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Soma.Grains.Interfaces;

/// <summary>The key of a memory inside its namespace, as canonical text: a coordinate of 1–64 exact decimal numbers, or an id.</summary>
/// <remarks>
/// <para><b>Coordinates</b> are equal when their numbers are (<c>1,2</c> = <c>1.0, 2.0</c>, <c>-0</c> = <c>0</c>), because the
/// canonical text writes each number as Python prints a float: shortest round-trip digits, <c>.0</c> on whole numbers. A number
/// that those digits do not give back exactly is refused: two different long numbers would otherwise become one key.</para>
/// <para><b>Ids</b> are any text of 1–512 UTF-8 bytes without control characters. Their key text is <c>@</c> and the id, so that
/// the id <c>1,2</c> and the coordinate <c>1,2</c> are two keys. Ids are compared byte for byte.</para>
/// </remarks>
[GenerateSerializer, Immutable, Alias("soma.coordinate")]
public readonly record struct Coordinate : IComparable<Coordinate>
{
    public const int MaxNumbers = 64;

    /// <summary>Longest canonical text of numbers, in characters.</summary>
    public const int MaxTextLength = 512;

    /// <summary>Longest id, in bytes of UTF-8.</summary>
    public const int MaxIdBytes = 512;

    /// <summary>The first character of an id's key text.</summary>
    public const char IdMark = '@';

    private Coordinate(string text) => Text = text;

    /// <summary>The canonical text, e.g. <c>1.0,2.5,1e-05</c> or <c>@user-42/msg-7</c>: the memory's key.</summary>
    [Id(0)]
    public string Text { get; }

    /// <summary>The id; null for a coordinate.</summary>
    public string? Id => Text.StartsWith(IdMark) ? Text[1..] : null;

    /// <summary>Wraps text that is canonical already, as the store keeps it.</summary>
    public static Coordinate FromCanonical(string text) => new(text);

    /// <summary>Reads key text: <c>@</c> and an id, or comma-separated numbers (blanks around them and empty pieces are ignored).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Coordinate coordinate) => TryParse(text, out coordinate, out _);

    /// <summary>Reads key text.</summary>
    /// <param name="text">What a client wrote.</param>
    /// <param name="coordinate">The key.</param>
    /// <param name="problem">What to answer when the text is no key, e.g. <c>Invalid coord: 9007199254740993 is not exact; use an id</c>.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out Coordinate coordinate, [NotNullWhen(false)] out string? problem)
    {
        if (text.StartsWith([IdMark]))
        {
            var isId = TryParseId(text[1..].ToString(), out coordinate, out var wrong);
            problem = isId ? null : $"Invalid coord: {Shorten(text)} (an id must be {wrong})";
            return isId;
        }

        return TryParseNumbers(text, out coordinate, out problem);
    }

    /// <summary>Makes the key of an id.</summary>
    /// <param name="id">The id as the client wrote it, without the <c>@</c> of key text.</param>
    /// <param name="coordinate">The key.</param>
    /// <param name="problem">If the text is no id: what an id must be, as the end of a sentence such as "Input should be …".</param>
    public static bool TryParseId(string id, out Coordinate coordinate, [NotNullWhen(false)] out string? problem)
    {
        coordinate = default;
        problem = null;
        var bytes = 0;
        // A longer text is refused by its length alone, so the loop reads a bounded part of it.
        for (var rest = id.AsSpan(0, Math.Min(id.Length, MaxIdBytes + 1)); !rest.IsEmpty && problem is null;)
        {
            var status = Rune.DecodeFromUtf16(rest, out var rune, out var used);
            bytes += rune.Utf8SequenceLength;
            rest = rest[used..];
            problem = bytes > MaxIdBytes ? null
                : status != System.Buffers.OperationStatus.Done ? "well-formed Unicode, without half a surrogate pair"
                : Rune.IsControl(rune) ? "a text without control characters"
                : null;
        }

        if (problem is null && bytes is 0 or > MaxIdBytes)
        {
            problem = $"1–{MaxIdBytes} bytes of UTF-8";
        }

        coordinate = problem is null ? new Coordinate(IdMark + id) : default;
        return problem is null;
    }

    /// <summary>The numbers of a coordinate, in order; none for an id.</summary>
    public double[] ToNumbers() => Text.StartsWith(IdMark) ? [] :
        [.. Text.Split(',').Select(piece => double.Parse(piece, NumberStyles.Float, CultureInfo.InvariantCulture))];

    /// <summary>Orders keys by the bytes of their UTF-8 text, as both stores do.</summary>
    public int CompareTo(Coordinate other)
    {
        ReadOnlySpan<char> left = Text;
        ReadOnlySpan<char> right = other.Text;
        var same = left.CommonPrefixLength(right);
        return same < left.Length && same < right.Length
            ? Rank(left[same]).CompareTo(Rank(right[same]))
            : left.Length.CompareTo(right.Length);
    }

    public override string ToString() => Text;

    public static bool operator <(Coordinate left, Coordinate right) => left.CompareTo(right) < 0;

    public static bool operator >(Coordinate left, Coordinate right) => left.CompareTo(right) > 0;

    public static bool operator <=(Coordinate left, Coordinate right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Coordinate left, Coordinate right) => left.CompareTo(right) >= 0;

    private static bool TryParseNumbers(ReadOnlySpan<char> text, out Coordinate coordinate, out string? problem)
    {
        coordinate = default;
        var pieces = new List<string>();
        foreach (var range in text.Split(','))
        {
            var piece = text[range].Trim(' ');
            if (piece.IsEmpty)
            {
                continue;
            }

            var reading = ExactNumber.Read(piece, out var canonical);
            if (reading != ExactNumber.Reading.Exact || pieces.Count == MaxNumbers)
            {
                problem = reading == ExactNumber.Reading.Inexact
                    ? $"Invalid coord: {Shorten(piece)} is not exact; use an id"
                    : $"Invalid coord: {Shorten(text)}";
                return false;
            }

            pieces.Add(canonical);
        }

        var joined = string.Join(',', pieces);
        var isCoordinate = joined.Length is > 0 and <= MaxTextLength;
        problem = isCoordinate ? null : $"Invalid coord: {Shorten(text)}";
        coordinate = isCoordinate ? new Coordinate(joined) : default;
        return isCoordinate;
    }

    // UTF-16 puts surrogates (U+10000 and above) before U+E000; UTF-8 puts them last, and the stores compare UTF-8.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 200 ? text.ToString() : $"{text[..200]}…";
}
