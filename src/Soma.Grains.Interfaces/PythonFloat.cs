using System.Globalization;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Interfaces;

/// <summary>Writes a double as Python's <c>repr</c> does: clients compare the text of coordinates, which is written in this form.</summary>
public static class PythonFloat
{
    /// <summary>
    /// Shortest digits that read back as the same double; <c>.0</c> on whole numbers; exponent form below 1e-4 and from 1e16,
    /// with a sign and at least two digits. Negative zero is written as zero. The value must be finite.
    /// </summary>
    public static string Format(double value)
    {
        if (value == 0)
        {
            return "0.0";
        }

        // The power of ten must come from the shortest text. The double nearest to 1e-06 lies a little below it, so a longer text
        // would begin with 9.99…e-07, and two coordinates would share one key.
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var number = DecimalNumber.Parse(shortest, stackalloc char[shortest.Length]);
        var (sign, digits) = (number.IsNegative ? "-" : "", number.Digits.ToString());
        var exponent = (int)number.Exponent + digits.Length - 1;
        return exponent is < -4 or >= 16 ? Exponential(sign, digits, exponent) : Positional(sign, digits, exponent);
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
