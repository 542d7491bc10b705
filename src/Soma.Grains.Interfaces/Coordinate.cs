using System.Buffers;
using System.Globalization;

namespace Soma.Grains.Interfaces;

/// <summary>The address of a memory inside its namespace: 1–64 finite decimal numbers, kept as canonical text.</summary>
/// <remarks>
/// Equality is numeric (<c>1,2</c> = <c>1.0, 2.0</c>, <c>-0</c> = <c>0</c>) because the canonical text writes each number
/// as Python prints a float: shortest round-trip digits, <c>.0</c> on whole numbers. Clients rebuild keys from that text.
/// </remarks>
[GenerateSerializer, Immutable, Alias("soma.coordinate")]
public readonly record struct Coordinate : IComparable<Coordinate>
{
    public const int MaxNumbers = 64;

    /// <summary>Longest canonical text, in characters.</summary>
    public const int MaxTextLength = 512;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789+-.eE");

    private Coordinate(string text) => Text = text;

    /// <summary>The canonical text, e.g. <c>1.0,2.5,1e-05</c>: the memory's key.</summary>
    [Id(0)]
    public string Text { get; }

    /// <summary>Wraps text that is canonical already, as the store keeps it.</summary>
    public static Coordinate FromCanonical(string text) => new(text);

    /// <summary>Reads comma-separated numbers; blanks around them and empty pieces are ignored.</summary>
    /// <returns>False for no number, more than 64, anything not a finite ASCII decimal, or too long a text.</returns>
    public static bool TryParse(ReadOnlySpan<char> input, out Coordinate coordinate)
    {
        coordinate = default;
        Span<double> numbers = stackalloc double[MaxNumbers];
        var count = 0;
        foreach (var range in input.Split(','))
        {
            var piece = input[range].Trim(' ');
            if (piece.IsEmpty)
            {
                continue;
            }

            if (count == MaxNumbers || !TryParseNumber(piece, out numbers[count]))
            {
                return false;
            }

            count++;
        }

        return count > 0 && TryCreate(numbers[..count], out coordinate);
    }

    /// <summary>Makes a coordinate of numbers; false when one is not finite, or there are none or too many.</summary>
    public static bool TryCreate(ReadOnlySpan<double> numbers, out Coordinate coordinate)
    {
        coordinate = default;
        if (numbers.IsEmpty || numbers.Length > MaxNumbers)
        {
            return false;
        }

        var pieces = new string[numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!double.IsFinite(numbers[i]))
            {
                return false;
            }

            pieces[i] = PythonFloat.Format(numbers[i]);
        }

        var text = string.Join(',', pieces);
        coordinate = new Coordinate(text);
        return text.Length <= MaxTextLength;
    }

    /// <summary>The numbers of this coordinate, in order.</summary>
    public double[] ToNumbers() =>
        [.. Text.Split(',').Select(piece => double.Parse(piece, NumberStyles.Float, CultureInfo.InvariantCulture))];

    public int CompareTo(Coordinate other) => string.CompareOrdinal(Text, other.Text);

    public override string ToString() => Text;

    public static bool operator <(Coordinate left, Coordinate right) => left.CompareTo(right) < 0;

    public static bool operator >(Coordinate left, Coordinate right) => left.CompareTo(right) > 0;

    public static bool operator <=(Coordinate left, Coordinate right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Coordinate left, Coordinate right) => left.CompareTo(right) >= 0;

    private static bool TryParseNumber(ReadOnlySpan<char> piece, out double number)
    {
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        number = 0;
        // "NaN" and "Infinity" are words to double.Parse: only digits, signs, a point and an exponent may pass.
        return !piece.ContainsAnyExcept(NumberCharacters)
            && double.TryParse(piece, Styles, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }
}
