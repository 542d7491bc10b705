using System.Globalization;
using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Vectors;

/// <summary>
/// Makes the tokens that stand for "this path holds this value". A memory and a filter that asks for the value get the
/// same token.
/// </summary>
/// <remarks>
/// Values that the engine calls equal have one token. Two different values may share a token in two cases: whole
/// numbers beyond 2^53, whose token is made of the nearest double, and hash collisions, which the engine's own index
/// has too.
/// </remarks>
internal static class FilterTokens
{
    /// <summary>The token of a memory whose payload has more fields than its tokens list.</summary>
    public const string Open = "open";

    /// <summary>
    /// The token of a memory whose payload has a <c>timestamp</c> that is, at least in part, not a moment.
    /// </summary>
    public const string OddTimestamp = "odd-timestamp";

    public const string TimestampPath = "timestamp";

    /// <summary>
    /// The name under which <see cref="PointFields.Numbers"/> keeps the record's importance. It cannot collide with a
    /// path, because paths are stored as hashes.
    /// </summary>
    public const string ImportanceKey = "importance";

    private const double LargestExact = 1L << 53;

    /// <summary>The token of a value at a path, or of an element of the array at that path.</summary>
    public static string OfValue(string path, in FieldValue value) =>
        $"v{Hex(FieldHash.Combine(FieldHash.Of(path), HashOf(value)))}";

    /// <summary>The token that says that the path exists.</summary>
    public static string OfPath(string path) => $"p{Hex(FieldHash.Of(path))}";

    public static string OfType(MemoryType type) => $"type-{NameOf(type)}";

    public static string OfImportance(double importance) => $"i{Hex(HashOf(FieldValue.Of(importance)))}";

    /// <summary>The name under which the numbers of a path are stored.</summary>
    public static string PathKey(string path) => Hex(FieldHash.Of(path));

    /// <summary>Whether no other value shares the operand's token, apart from hash collisions.</summary>
    public static bool IsExact(in FieldValue operand) =>
        operand.Kind != FieldKind.Number || (double.IsFinite(operand.Number) && Math.Abs(operand.Number) < LargestExact);

    public static string NameOf(MemoryType type) => type switch
    {
        MemoryType.Semantic => "semantic",
        MemoryType.Belief => "belief",
        _ => "episodic",
    };

    // Numbers are hashed as doubles, because the engine calls 2^53+1 and its neighbouring double equal although their
    // own hashes differ.
    private static long HashOf(in FieldValue value) =>
        value.Kind == FieldKind.Number ? JsonFields.Hash(FieldValue.Of(value.Number)) : JsonFields.Hash(value);

    private static string Hex(long hash) => hash.ToString("x16", CultureInfo.InvariantCulture);
}
