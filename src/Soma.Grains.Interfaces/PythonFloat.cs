using System.Globalization;

namespace Soma.Grains.Interfaces;

/// <summary>Writes a double as Python's <c>repr</c> does: the form that clients of the coordinate keys compare with.</summary>
public static class PythonFloat
{
    /// <summary>
    /// Shortest digits that read back as the same double; <c>.0</c> on whole numbers; exponent form below 1e-4 and from
    /// 1e16, with a sign and at least two digits. Negative zero is written as zero. The value must be finite.
    /// </summary>
    public static string Format(double value)
    {
        if (value == 0)
        {
            return "0.0";
        }

        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var (sign, digits) = SignificantDigits(shortest);
        return exponent is < -4 or >= 16 ? Exponential(sign, digits, exponent) : Positional(sign, digits, exponent);
    }

    private static (string Sign, string Digits) SignificantDigits(string shortest)
    {
        var sign = shortest[0] == '-' ? "-" : "";
        var mantissa = shortest.AsSpan(sign.Length);
        var e = mantissa.IndexOf('E');
        if (e >= 0)
        {
            mantissa = mantissa[..e];
        }

        var digits = mantissa.ToString().Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        return (sign, digits);
    }

    private static string Exponential(string sign, string digits, int exponent)
    {
        var fraction = digits.Length > 1 ? "." + digits[1..] : "";
        var magnitude = Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
        return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{magnitude}";
    }

    private static string Positional(string sign, string digits, int exponent)
    {
        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        var whole = digits.Length > exponent + 1 ? digits[..(exponent + 1)] : digits.PadRight(exponent + 1, '0');
        var fraction = digits.Length > exponent + 1 ? digits[(exponent + 1)..] : "0";
        return $"{sign}{whole}.{fraction}";
    }
}
