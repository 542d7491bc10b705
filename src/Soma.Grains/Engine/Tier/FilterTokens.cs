namespace Soma.Grains.Engine.Tier;

/// <summary>
/// Makes the tokens that stand for "this path holds this value". A memory and a filter that asks for the value get the
/// same token.
/// </summary>
/// <remarks>
/// Values that the engine calls equal have the same token. Values that differ may also share one, for two reasons. Their hashes
/// may collide by chance, as they may in the engine's own index. And points that earlier versions wrote know a number by its
/// nearest double alone, so large numbers share a token with their neighbours. Example: 18446744073709551615 and …614.
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

    /// <summary>Doubles tell whole numbers below this apart.</summary>
    public const double LargestExact = 1L << 53;

    /// <summary>The token of a value at a path, or of an element of the array at that path.</summary>
    public static string OfValue(string path, in FieldValue value) =>
        $"v{Hex(FieldHash.Combine(FieldHash.Of(path), HashOf(value)))}";

    /// <summary>The token of a number that has <see cref="FieldValue.Digits"/> at a path, made of these digits.</summary>
    public static string OfDigits(string path, in FieldValue value) =>
        $"x{Hex(FieldHash.Combine(FieldHash.Of(path), FieldHash.Of(value.Digits)))}";

    /// <summary>The token of a moment at a path, which every spelling of the moment has.</summary>
    public static string OfTime(string path, long microseconds) => $"t{Hex(FieldHash.Combine(FieldHash.Of(path), microseconds))}";

    /// <summary>The token that says that the path exists.</summary>
    public static string OfPath(string path) => $"p{Hex(FieldHash.Of(path))}";

    public static string OfType(MemoryType type) => $"type-{NameOf(type)}";

    public static string OfImportance(double importance) => $"i{Hex(HashOf(FieldValue.Of(importance)))}";

    /// <summary>The name under which the numbers of a path are stored.</summary>
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

    // A number is hashed by its double alone, as in the points of earlier versions. 0.0 and -0.0 are one number with two bit patterns.
    private static long HashOf(in FieldValue value) => value.Kind == FieldKind.Number
        ? FieldHash.Combine(1, BitConverter.DoubleToInt64Bits(value.Number + 0.0))
        : JsonFields.Hash(value);

    private static string Hex(long hash) => hash.ToString("x16", CultureInfo.InvariantCulture);
}
