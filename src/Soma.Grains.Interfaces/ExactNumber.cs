using System.Globalization;

namespace Soma.Grains.Interfaces;

/// <summary>Reads one decimal number of a coordinate, and says whether a double keeps its value exactly.</summary>
/// <remarks>
/// Exact means: the decimal value that was written equals the decimal value of the double's shortest round-trip digits. So
/// <c>0.1</c>, <c>1e22</c> and <c>007.50</c> are exact; <c>9007199254740993</c> is not, as its double prints as …992. The work is
/// one pass over the text, whatever its length or its exponent.
/// </remarks>
internal static class ExactNumber
{
    // The shortest digits of a double are at most 17: a number of more significant digits is exact in no double.
    private const int MostDigits = 17;

    // Above it every exponent means the same: too large or too small for a double. A long text cannot bring it back into range.
    private const long FarthestExponent = 1L << 40;

    public enum Reading
    {
        NoNumber,
        Inexact,
        Exact,
    }

    /// <summary>Reads <c>[sign] digits [. digits] [e [sign] digits]</c>, ASCII only.</summary>
    /// <param name="text">The number, without blanks around it.</param>
    /// <param name="canonical">The number as Python prints it; empty unless it is exact.</param>
    public static Reading Read(ReadOnlySpan<char> text, out string canonical)
    {
        canonical = "";
        var isNegative = text[0] == '-';
        var rest = text[(text[0] is '-' or '+' ? 1 : 0)..];
        var significant = new Significant(stackalloc char[MostDigits]);
        var whole = significant.Take(rest, isFraction: false);
        rest = rest[whole..];
        var fraction = 0;
        if (rest.StartsWith("."))
        {
            rest = rest[1..];
            fraction = significant.Take(rest, isFraction: true);
            rest = rest[fraction..];
        }

        if (whole + fraction == 0 || !TryReadExponent(rest, out var exponent))
        {
            return Reading.NoNumber;
        }

        if (significant.Digits.IsEmpty)
        {
            canonical = PythonFloat.Format(0);
            return Reading.Exact;
        }

        return !significant.IsTooLong && TryFormat(significant.Digits, exponent + significant.Exponent, isNegative, out canonical)
            ? Reading.Exact
            : Reading.Inexact;
    }

    private static bool TryFormat(ReadOnlySpan<char> digits, long exponent, bool isNegative, out string canonical)
    {
        canonical = "";
        if (exponent is < -400 or > 400)
        {
            return false;
        }

        var written = string.Create(CultureInfo.InvariantCulture, $"{digits[0]}.{digits[1..]}e{exponent}");
        var number = double.Parse(written, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number) || number == 0)
        {
            return false;
        }

        var shortest = PythonFloat.Split(number.ToString("R", CultureInfo.InvariantCulture));
        canonical = PythonFloat.Format(isNegative ? -number : number);
        return shortest.Exponent == exponent && digits.SequenceEqual(shortest.Digits);
    }

    private static bool TryReadExponent(ReadOnlySpan<char> text, out long exponent)
    {
        exponent = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] is not ('e' or 'E'))
        {
            return false;
        }

        var isNegative = text.Length > 1 && text[1] == '-';
        var digits = text[(text.Length > 1 && text[1] is '-' or '+' ? 2 : 1)..];
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            exponent = Math.Min((exponent * 10) + (digit - '0'), FarthestExponent);
        }

        exponent = isNegative ? -exponent : exponent;
        return !digits.IsEmpty;
    }

    /// <summary>The significant digits, gathered as the text is read: without the zeros before the first and behind the last.</summary>
    private ref struct Significant(Span<char> digits)
    {
        private readonly Span<char> _digits = digits;
        private int _count;
        private long _zeros;
        private bool _hasFirst;

        public readonly ReadOnlySpan<char> Digits => _digits[..Math.Min(_count, _digits.Length)];

        public readonly bool IsTooLong => _count > _digits.Length;

        /// <summary>The power of ten of the first significant digit, before the written exponent is added.</summary>
        public long Exponent { get; private set; } = -1;

        /// <summary>Takes the digits at the start of the text; returns how many there were.</summary>
        public int Take(scoped ReadOnlySpan<char> text, bool isFraction)
        {
            var end = text.IndexOfAnyExceptInRange('0', '9');
            var run = end < 0 ? text : text[..end];
            foreach (var digit in run)
            {
                Add(digit, isFraction);
            }

            return run.Length;
        }

        private void Add(char digit, bool isFraction)
        {
            if (isFraction ? !_hasFirst && digit == '0' : _hasFirst || digit != '0')
            {
                Exponent += isFraction ? -1 : 1;
            }

            if (digit == '0')
            {
                _zeros += _hasFirst ? 1 : 0;
                return;
            }

            _hasFirst = true;
            // Zeros count once a digit other than zero follows them.
            for (; _zeros > 0; _zeros--)
            {
                Put('0');
            }

            Put(digit);
        }

        private void Put(char digit)
        {
            if (_count < _digits.Length)
            {
                _digits[_count] = digit;
            }

            _count++;
        }
    }
}
