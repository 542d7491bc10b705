using System.Text.RegularExpressions;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Interfaces;

/// <summary>Reads one decimal number of a coordinate, and says whether a double keeps its value exactly.</summary>
/// <remarks>
/// A number is exact if its decimal value equals that of the double's shortest round-trip digits. So <c>0.1</c>, <c>1e22</c> and
/// <c>007.50</c> are exact; <c>9007199254740993</c> is not, because its double prints as …992.
/// </remarks>
internal static partial class ExactNumber
{
    // A double keeps every whole number of so many digits, and Python prints it without an exponent.
    private const int LongestPlain = 15;

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
        // Most numbers of coordinates are small whole ones. Every read and write parses some, so they take the short way: 42 is 42.0.
        if (text.Length is > 0 and <= LongestPlain && !text.ContainsAnyExceptInRange('0', '9') && (text[0] != '0' || text.Length == 1))
        {
            canonical = $"{text}.0";
            return Reading.Exact;
        }

        canonical = "";
        if (!Number().IsMatch(text))
        {
            return Reading.NoNumber;
        }

        var unsigned = FieldValue.OfNumber(text.TrimStart("+-"));
        if (unsigned.Digits is not null)
        {
            return Reading.Inexact;
        }

        canonical = PythonFloat.Format(text[0] == '-' ? -unsigned.Number : unsigned.Number);
        return Reading.Exact;
    }

    // The groups give nothing back, so that a long text that is no number is read only once.
    [GeneratedRegex(@"\A[+-]?(?>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?>[eE][+-]?[0-9]+)?\z")]
    private static partial Regex Number();
}
