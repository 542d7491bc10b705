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
/// Numbers are doubles, so that 1 equals 1.0; an integer that no double holds keeps its exact digits as well. Values of
/// different kinds are never equal and have no order: neither do a bool and a number.
/// </remarks>
public readonly record struct FieldValue
{
    private const long LargestExact = 1L << 53;

    private FieldValue(FieldKind kind, double number, long bits, string? text)
    {
        Kind = kind;
        Number = number;
        Bits = bits;
        Text = text;
    }

    public FieldKind Kind { get; }

    /// <summary>Of a number only.</summary>
    public double Number { get; }

    /// <summary>
    /// Of an integer beyond 2^53: the integer. Of an array, an object or a shortened text: the hash of the whole. Else 0.
    /// </summary>
    public long Bits { get; }

    /// <summary>Of a text only; null where just its hash is held.</summary>
    public string? Text { get; }

    /// <summary>Whether this is a text too long to hold: it can be compared for equality by its hash and for nothing else.</summary>
    public bool IsShortened => Kind == FieldKind.Text && Text is null;

    public static FieldValue Null => default;

    public static FieldValue Of(bool value) => new(value ? FieldKind.True : FieldKind.False, 0, 0, null);

    public static FieldValue Of(string text) => new(FieldKind.Text, 0, 0, text);

    public static FieldValue Shortened(string text) => new(FieldKind.Text, 0, FieldHash.Of(text), null);

    public static FieldValue Of(double number) => new(FieldKind.Number, number, 0, null);

    public static FieldValue Of(long number) =>
        new(FieldKind.Number, number, number is > LargestExact or < -LargestExact ? number : 0, null);

    /// <summary>An array or object by the hash of its canonical form.</summary>
    public static FieldValue Of(FieldKind kind, long hash) => new(kind, 0, hash, null);

    /// <summary>Equality as filters mean it: a whole text equals its shortened form, and numbers are compared as numbers.</summary>
    public bool Matches(in FieldValue other)
    {
        if (Kind != other.Kind)
        {
            return false;
        }

        return Kind switch
        {
            FieldKind.Number => CompareNumbers(other) == 0,
            FieldKind.Text when Text is not null && other.Text is not null => string.Equals(Text, other.Text, StringComparison.Ordinal),
            FieldKind.Text => TextHash() == other.TextHash(),
            FieldKind.Array or FieldKind.Object => Bits == other.Bits,
            _ => true,
        };
    }

    /// <summary>Order of two numbers or two whole texts (ordinal); null where the two have none.</summary>
    public int? CompareWith(in FieldValue other) => (Kind, other.Kind) switch
    {
        (FieldKind.Number, FieldKind.Number) => CompareNumbers(other),
        (FieldKind.Text, FieldKind.Text) when Text is not null && other.Text is not null => string.CompareOrdinal(Text, other.Text),
        _ => null,
    };

    private int CompareNumbers(in FieldValue other) =>
        Bits != 0 && other.Bits != 0 ? Bits.CompareTo(other.Bits) : Number.CompareTo(other.Number);

    private long TextHash() => Text is null ? Bits : FieldHash.Of(Text);
}
