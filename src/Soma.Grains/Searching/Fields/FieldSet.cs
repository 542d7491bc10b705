namespace Soma.Grains.Searching.Fields;

/// <summary>
/// A payload flattened to path/value pairs in one pass, so that filters parse no JSON. Long texts are kept as hashes and very
/// wide payloads in part; a test that the rest cannot decide returns <see cref="FilterVerdict.NeedsRow"/>.
/// </summary>
/// <remarks>
/// Paths join keys by dots and pass through arrays: <c>{"a":[{"b":1}]}</c> has <c>a</c> (an array), its element, and <c>a.b</c> =
/// 1. A key with a dot in it is found by the same spelling. Immutable.
/// </remarks>
public sealed class FieldSet
{
    /// <summary>Longer texts, and numbers of more digits, are held as a hash; in UTF-16 characters.</summary>
    public const int LongestText = 256;

    /// <summary>Pairs held of one payload.</summary>
    public const int MaxPairs = 96;

    private const int BytesPerPair = 48;
    private const int BytesPerString = 24;

    private readonly Pair[] _pairs;

    internal FieldSet(Pair[] pairs, bool isPartial)
    {
        _pairs = pairs;
        IsPartial = isPartial;
        foreach (var pair in pairs)
        {
            Bytes += BytesPerPair + (pair.Value.Length > 0 ? BytesPerString + (sizeof(char) * pair.Value.Length) : 0);
        }
    }

    /// <summary>Whether pairs were left out.</summary>
    public bool IsPartial { get; }

    /// <summary>An estimate of the bytes held.</summary>
    public int Bytes { get; } = 64;

    /// <summary>Flattens a payload within the bounds above.</summary>
    public static FieldSet Of(ReadOnlySpan<byte> payload) => Flatten(payload, MaxPairs, LongestText);

    /// <summary>Flattens a payload without bounds, for tests that the bounded form cannot decide.</summary>
    public static FieldSet OfWhole(ReadOnlySpan<byte> payload) => Flatten(payload, int.MaxValue, int.MaxValue);

    /// <summary>Whether any value at the condition's path passes its test.</summary>
    public FilterVerdict Test(string path, FilterCondition condition)
    {
        var undecided = IsPartial;
        foreach (ref readonly var pair in _pairs.AsSpan())
        {
            if (!string.Equals(pair.Path, path, StringComparison.Ordinal))
            {
                continue;
            }

            switch (FieldTest.Test(pair.Value, pair.IsElement, condition))
            {
                case FilterVerdict.Yes:
                    return FilterVerdict.Yes;
                case FilterVerdict.NeedsRow:
                    undecided = true;
                    break;
            }
        }

        return undecided ? FilterVerdict.NeedsRow : FilterVerdict.No;
    }

    /// <summary>Whether the payload has a value at this path; null: unknown, because pairs were left out.</summary>
    public bool? Has(string path) => Find(path) is not null ? true : IsPartial ? null : false;

    /// <summary>The moment at a path, in microseconds; null: there is none, or it is not held.</summary>
    public long? TimeAt(string path) => Find(path) is { } value ? FilterOperand.TimeOf(value) : null;

    /// <summary>The text or number at a path, as text; null if there is another value, only elements of an array, or none.</summary>
    public string? SingleText(string path) => Find(path) switch
    {
        { Kind: FieldKind.Text, Text: { Length: > 0 } text } => text,
        { IsShortened: true } shortened => $"#{shortened.Bits:x16}",
        { Kind: FieldKind.Number } number => number.Digits ?? number.Number.ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };

    private FieldValue? Find(string path)
    {
        foreach (ref readonly var pair in _pairs.AsSpan())
        {
            if (!pair.IsElement && string.Equals(pair.Path, path, StringComparison.Ordinal))
            {
                return pair.Value;
            }
        }

        return null;
    }

    private static FieldSet Flatten(ReadOnlySpan<byte> payload, int maxPairs, int longestText)
    {
        var reader = new Utf8JsonReader(payload, JsonFields.Options);
        var flattening = new Flattening(maxPairs, longestText);
        reader.Read();
        flattening.Visit(ref reader, "", isElement: false);
        return new FieldSet([.. flattening.Pairs], flattening.IsPartial);
    }

    internal readonly record struct Pair(string Path, FieldValue Value, bool IsElement);
}
