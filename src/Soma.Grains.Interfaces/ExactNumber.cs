using System.Globalization;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Interfaces;

/// <summary>Reads one decimal number of a coordinate, and says whether a double keeps its value exactly.</summary>
/// <remarks>
/// A number is exact if its decimal value equals that of the double's shortest round-trip digits. So <c>0.1</c>, <c>1e22</c> and
/// <c>007.50</c> are exact; <c>9007199254740993</c> is not, because its double prints as …992.
/// </remarks>
internal static class ExactNumber
{
    public enum Reading
    {
        NoNumber,
        Inexact,
        Exact,
    }

    /// <summary>Reads <c>[sign] digits [. digits] [e [sign] digits]</c>, ASCII only.</summary>
    /// <param name="text">The number, without blanks around it.</param>
    /// <param name="canonical">If the number is exact: the number as Python prints it.</param>
    public static Reading Read(ReadOnlySpan<char> text, out string canonical)
    {
        canonical = "";
        var unsigned = text[(text[0] is '-' or '+' ? 1 : 0)..];
        if (!IsNumber(unsigned))
        {
            return Reading.NoNumber;
        }

        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        var written = DecimalNumber.Parse(unsigned, unsigned.Length <= 256 ? stackalloc char[unsigned.Length] : new char[unsigned.Length]);
        if (!written.Digits.IsEmpty)
        {
            if (!double.IsFinite(number) || number == 0 || written.IsBeyond)
            {
                return Reading.Inexact;
            }

            var shortest = PythonFloat.Split(number.ToString("R", CultureInfo.InvariantCulture));
            if (written.Exponent + written.Digits.Length - 1 != shortest.Exponent || !written.Digits.SequenceEqual(shortest.Digits))
            {
                return Reading.Inexact;
            }
        }

        canonical = PythonFloat.Format(number);
        return Reading.Exact;
    }

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        var digits = CountDigits(text);
        text = text[digits..];
        if (text.StartsWith("."))
        {
            var fraction = CountDigits(text[1..]);
            digits += fraction;
            text = text[(1 + fraction)..];
        }

        if (text.IsEmpty || text[0] is not ('e' or 'E'))
        {
            return digits > 0 && text.IsEmpty;
        }

        var exponent = text[(text.Length > 1 && text[1] is '-' or '+' ? 2 : 1)..];
        return digits > 0 && !exponent.IsEmpty && CountDigits(exponent) == exponent.Length;
    }

    private static int CountDigits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
