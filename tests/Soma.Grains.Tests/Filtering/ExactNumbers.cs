using System.Globalization;
using System.Numerics;

namespace Soma.Grains.Tests.Filtering;

/// <summary>JSON numbers compared as fractions of whole numbers of any size: slow, plain, and independent of the engine.</summary>
internal static class ExactNumbers
{
    public static int Compare(string left, string right)
    {
        var ((a, aExponent), (b, bExponent)) = (Read(left), Read(right));
        var least = Math.Min(aExponent, bExponent);
        return (a * BigInteger.Pow(10, aExponent - least)).CompareTo(b * BigInteger.Pow(10, bExponent - least));
    }

    private static (BigInteger Whole, int Exponent) Read(string text)
    {
        var pieces = text.Split('e', 'E');
        var point = pieces[0].IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? 0 : pieces[0].Length - point - 1;
        return (
            BigInteger.Parse(pieces[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture),
            (pieces.Length > 1 ? int.Parse(pieces[1], CultureInfo.InvariantCulture) : 0) - fraction);
    }
}
