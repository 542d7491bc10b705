using System.Globalization;

namespace Soma.Grains.Interfaces.Filtering;

/// <summary>What kind of JSON value a <see cref="FieldValue"/> is.</summary>
public enum FieldKind : byte
{
    Null,
    False,
    True,
    Number,
    Text,
    Array,
    Object,
}

/// <summary>One JSON value as filters compare it: scalars by value, arrays and objects by a hash of their canonical form.</summary>
/// <remarks>
/// <para>Numbers are compared as exact decimals: 1, 1.0 and 1e0 are equal, 9007199254740992 and 9007199254740993 are not. A
/// double means the decimal number of its shortest digits (<c>0.1</c>); a number that is not exactly that keeps its own digits
/// beside the nearest double. Since rounding keeps the order, digits are looked at only where the doubles are equal.</para>
/// <para>Values of different kinds are never equal and have no order: neither do a bool and a number.</para>
/// </remarks>
public readonly record struct FieldValue
{
    // A number written in so few characters, without an exponent, has at most 15 digits: a double gives them all back.
    private const int AlwaysExact = 15;
    private const long LargestWhole = 1L << 53;
    private const int OnStack = 256;

    private readonly string? _text;

    private FieldValue(FieldKind kind, double number, long bits, string? text)
    {
        Kind = kind;
        Number = number;
        Bits = bits;
        _text = text;
    }

    public FieldKind Kind { get; }

    /// <summary>Of a number only: the nearest double.</summary>
    public double Number { get; }

    /// <summary>Of an array, an object, or a text or number whose characters are not held: the hash of the whole. Else 0.</summary>
    public long Bits { get; }

    /// <summary>Of a text only; null where just its hash is held.</summary>
    public string? Text => Kind == FieldKind.Text ? _text : null;

    /// <summary>Of a number that is not the one of its double's shortest digits: its own digits, the same for equal numbers.</summary>
    public string? Digits => Kind == FieldKind.Number ? _text : null;

    /// <summary>Characters held of a text or of a number's digits.</summary>
    public int Length => _text?.Length ?? 0;

    /// <summary>Whether this is a text or number too long to hold: it can be compared for equality by its hash, and no further.</summary>
    public bool IsShortened => _text is null && (Kind == FieldKind.Text || (Kind == FieldKind.Number && Bits != 0));

    public static FieldValue Null => default;

    public static FieldValue Of(bool value) => new(value ? FieldKind.True : FieldKind.False, 0, 0, null);

    public static FieldValue Of(string text) => new(FieldKind.Text, 0, 0, text);

    /// <summary>The decimal number of the double's shortest digits.</summary>
    public static FieldValue Of(double number) => new(FieldKind.Number, number, 0, null);

    public static FieldValue Of(long number) => number is <= LargestWhole and >= -LargestWhole
        ? Of((double)number)
        : OfNumber(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A number as JSON writes it.</summary>
    public static FieldValue OfNumber(ReadOnlySpan<char> text)
    {
        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (text.Length <= AlwaysExact && !text.ContainsAny('e', 'E'))
        {
            return Of(number);
        }

        Span<char> shortest = stackalloc char[32];
        Span<char> shortestDigits = stackalloc char[32];
        var exact = DecimalNumber.Parse(text, text.Length <= OnStack ? stackalloc char[text.Length] : new char[text.Length]);
        if (double.IsFinite(number) && !exact.IsBeyond && number.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture)
            && DecimalNumber.Parse(shortest[..length], shortestDigits).CompareTo(exact) == 0)
        {
            return Of(number);
        }

        return new FieldValue(FieldKind.Number, number, 0, exact.ToText(text));
    }

    /// <summary>An array or object by the hash of its canonical form.</summary>
    public static FieldValue Of(FieldKind kind, long hash) => new(kind, 0, hash, null);

    /// <summary>This value, a text or a number's digits beyond <paramref name="longest"/> characters replaced by their hash.</summary>
    public FieldValue Shortened(int longest) => Length > longest ? new FieldValue(Kind, Number, FieldHash.Of(_text), null) : this;

    /// <summary>Equality as filters mean it: a whole text equals its shortened form, and numbers are compared as numbers.</summary>
    public bool Matches(in FieldValue other) => Kind == other.Kind && Kind switch
    {
        // Digits are held only of what no double's shortest digits say: a number with digits never equals one without.
        FieldKind.Number => Number.Equals(other.Number) && HoldsSameAs(other),
        FieldKind.Text => HoldsSameAs(other),
        FieldKind.Array or FieldKind.Object => Bits == other.Bits,
        _ => true,
    };

    /// <summary>Order of two numbers or two whole texts (ordinal); null where the two have none, or what is held does not tell.</summary>
    public int? CompareWith(in FieldValue other) => (Kind, other.Kind) switch
    {
        (FieldKind.Number, FieldKind.Number) => CompareNumbers(other),
        (FieldKind.Text, FieldKind.Text) when _text is not null && other._text is not null => string.CompareOrdinal(_text, other._text),
        _ => null,
    };

    private bool HoldsSameAs(in FieldValue other) => _text is not null && other._text is not null
        ? string.Equals(_text, other._text, StringComparison.Ordinal)
        : HashHeld() == other.HashHeld();

    private long HashHeld() => _text is null ? Bits : FieldHash.Of(_text);

    private int? CompareNumbers(in FieldValue other)
    {
        if (!Number.Equals(other.Number) || HoldsSameAs(other))
        {
            return Number.CompareTo(other.Number);
        }

        if (IsShortened || other.IsShortened)
        {
            return null;
        }

        var (left, right) = (Written(), other.Written());
        return DecimalNumber.Parse(left, new char[left.Length]).CompareTo(DecimalNumber.Parse(right, new char[right.Length]));
    }

    // An infinite double always comes with digits, so "R" gives digits here.
    private string Written() => _text ?? Number.ToString("R", CultureInfo.InvariantCulture);
}
