using System.Globalization;
using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Vectors;

/// <summary>Words for "this path holds this value", the same for a memory and for a filter that asks for it.</summary>
/// <remarks>
/// Values that the engine calls equal have one token. The converse fails for hashes that collide by chance, as they may in the
/// engine's own index, and for numbers that no double's shortest digits say (18446744073709551615): points of earlier versions
/// hold them by the nearest double alone, so the token of that double does not tell such neighbours apart.
/// </remarks>
internal static class FilterTokens
{
    /// <summary>Of a memory that has more than its tokens say.</summary>
    public const string Open = "open";

    /// <summary>Of a memory whose own <c>timestamp</c> is, in part, no moment.</summary>
    public const string OddTimestamp = "odd-timestamp";

    public const string TimestampPath = "timestamp";

    /// <summary>Where <see cref="PointFields.Numbers"/> keeps the record's importance: no path's hash looks like this.</summary>
    public const string ImportanceKey = "importance";

    /// <summary>Whole numbers below this are told apart by doubles.</summary>
    public const double LargestExact = 1L << 53;

    /// <summary>The value at a path, or an element of the array there.</summary>
    public static string OfValue(string path, in FieldValue value) =>
        $"v{Hex(FieldHash.Combine(FieldHash.Of(path), HashOf(value)))}";

    /// <summary>A number with <see cref="FieldValue.Digits"/> at a path, by those digits.</summary>
    public static string OfDigits(string path, in FieldValue value) =>
        $"x{Hex(FieldHash.Combine(FieldHash.Of(path), FieldHash.Of(value.Digits)))}";

    /// <summary>That the path is there at all.</summary>
    public static string OfPath(string path) => $"p{Hex(FieldHash.Of(path))}";

    public static string OfType(MemoryType type) => $"type-{NameOf(type)}";

    public static string OfImportance(double importance) => $"i{Hex(HashOf(FieldValue.Of(importance)))}";

    /// <summary>The name under which a path's numbers lie.</summary>
    public static string PathKey(string path) => Hex(FieldHash.Of(path));

    /// <summary>Whether other numbers may share the token of this one's double, which <see cref="OfValue"/> gives.</summary>
    public static bool IsShared(in FieldValue value) =>
        value.Kind == FieldKind.Number && (value.Digits is not null || !(Math.Abs(value.Number) < LargestExact));

    public static string NameOf(MemoryType type) => type switch
    {
        MemoryType.Semantic => "semantic",
        MemoryType.Belief => "belief",
        _ => "episodic",
    };

    // Numbers by their double alone, as points of earlier versions have them. 0.0 and -0.0 are one number with two bit patterns.
    private static long HashOf(in FieldValue value) => value.Kind == FieldKind.Number
        ? FieldHash.Combine(1, BitConverter.DoubleToInt64Bits(value.Number + 0.0))
        : JsonFields.Hash(value);

    private static string Hex(long hash) => hash.ToString("x16", CultureInfo.InvariantCulture);
}
