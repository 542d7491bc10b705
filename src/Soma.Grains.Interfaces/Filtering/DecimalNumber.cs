using System.Globalization;

namespace Soma.Grains.Interfaces.Filtering;

/// <summary>A number by its decimal digits, so that numbers which round to the same double can be compared.</summary>
/// <remarks>
/// The value is <see cref="Digits"/> (a whole number without zeros at either end) times ten to the <see cref="Exponent"/>.
/// Comparing looks at exponents and digits only, so <c>1e999999999</c> costs no more than <c>1</c>.
/// </remarks>
internal readonly ref struct DecimalNumber(bool isNegative, ReadOnlySpan<char> digits, long exponent, bool isBeyond)
{
    /// <summary>Longest exponent that is read, in digits; with a longer one a number <see cref="IsBeyond"/>.</summary>
    public const int LongestExponent = 17;

    private const long FarthestExponent = 1_000_000_000_000_000_000;

    public bool IsNegative { get; } = isNegative;

    /// <summary>Empty: the number is zero.</summary>
    public ReadOnlySpan<char> Digits { get; } = digits;

    public long Exponent { get; } = exponent;

    /// <summary>Whether the exponent is too long to count with: larger, or nearer to zero, than any number that is not beyond.</summary>
    public bool IsBeyond { get; } = isBeyond;

    /// <summary>Reads a decimal number without a plus sign, such as a number of JSON.</summary>
    /// <param name="text">The number.</param>
    /// <param name="digits">A buffer as long as the text. The result keeps using it.</param>
    public static DecimalNumber Parse(ReadOnlySpan<char> text, Span<char> digits)
    {
        var isNegative = text[0] == '-';
        var (at, count, fraction, isFraction) = (isNegative ? 1 : 0, 0, 0, false);
        for (; at < text.Length && text[at] is not ('e' or 'E'); at++)
        {
            if (text[at] == '.')
            {
                isFraction = true;
                continue;
            }

            fraction += isFraction ? 1 : 0;
            if (count > 0 || text[at] != '0')
            {
                digits[count++] = text[at];
            }
        }

        var isBeyond = false;
        var exponent = (at < text.Length ? ReadExponent(text[(at + 1)..], out isBeyond) : 0) - fraction;
        for (; count > 0 && digits[count - 1] == '0'; count--)
        {
            exponent++;
        }

        return count == 0 ? default : new DecimalNumber(isNegative, digits[..count], exponent, isBeyond);
    }

    /// <summary>Order by value.</summary>
    public int CompareTo(in DecimalNumber other)
    {
        if (Sign != other.Sign || Sign == 0)
        {
            return Sign.CompareTo(other.Sign);
        }

        var byMagnitude = (Exponent + Digits.Length).CompareTo(other.Exponent + other.Digits.Length);
        return Sign * (byMagnitude != 0 ? byMagnitude : Digits.SequenceCompareTo(other.Digits));
    }

    /// <summary>A JSON number that is the same text for equal numbers. Numbers with <see cref="IsBeyond"/> keep the text as it was written.</summary>
    public string ToText(ReadOnlySpan<char> written) => IsBeyond
        ? written.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{(IsNegative ? "-" : "")}{(Digits.IsEmpty ? "0" : Digits)}e{Exponent}");

    private int Sign => Digits.IsEmpty ? 0 : IsNegative ? -1 : 1;

    private static long ReadExponent(ReadOnlySpan<char> text, out bool isBeyond)
    {
        var isNegative = text[0] == '-';
        var digits = text[(text[0] is '-' or '+' ? 1 : 0)..].TrimStart('0');
        isBeyond = digits.Length > LongestExponent;
        var size = isBeyond ? FarthestExponent : digits.IsEmpty ? 0 : long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return isNegative ? -size : size;
    }
}
