using System.Globalization;
using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Engine.Tier;

/// <summary>Words for "this path holds this value", the same for a memory and for a filter that asks for it.</summary>
/// <remarks>
/// Values that the engine calls equal have one token. The converse fails for whole numbers beyond 2^53, whose token is that
/// of the nearest double, and for hashes that collide by chance, as they may in the engine's own index.
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

    private const double LargestExact = 1L << 53;

    /// <summary>The value at a path, or an element of the array there.</summary>
    public static string OfValue(string path, in FieldValue value) =>
        $"v{Hex(FieldHash.Combine(FieldHash.Of(path), HashOf(value)))}";

    /// <summary>That the path is there at all.</summary>
    public static string OfPath(string path) => $"p{Hex(FieldHash.Of(path))}";

    public static string OfType(MemoryType type) => $"type-{NameOf(type)}";

    public static string OfImportance(double importance) => $"i{Hex(HashOf(FieldValue.Of(importance)))}";

    /// <summary>The name under which a path's numbers lie.</summary>
    public static string PathKey(string path) => Hex(FieldHash.Of(path));

    /// <summary>Whether no other value shares the operand's token, chance apart.</summary>
    public static bool IsExact(in FieldValue operand) =>
        operand.Kind != FieldKind.Number || (double.IsFinite(operand.Number) && Math.Abs(operand.Number) < LargestExact);

    public static string NameOf(MemoryType type) => type switch
    {
        MemoryType.Semantic => "semantic",
        MemoryType.Belief => "belief",
        _ => "episodic",
    };

    // Numbers by their double alone: 2^53+1 and the double next to it are equal to the engine, with different hashes there.
    private static long HashOf(in FieldValue value) =>
        value.Kind == FieldKind.Number ? JsonFields.Hash(FieldValue.Of(value.Number)) : JsonFields.Hash(value);

    private static string Hex(long hash) => hash.ToString("x16", CultureInfo.InvariantCulture);
}
