using Soma.Grains.Searching.Fields;

namespace Soma.Grains.Engine.Tier;

/// <summary>
/// Collects the <see cref="PointFields"/> of one memory. They are sorted, so that equal memories make equal points.
/// </summary>
internal sealed class PointFieldsMaking
{
    public SortedSet<string> Tokens { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, SortedSet<double>> Numbers { get; } = new(StringComparer.Ordinal);

    public SortedSet<long> Times { get; } = [];

    /// <summary>Whether fields were left out, or a number occurred that JSON cannot carry.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether the payload has a <c>timestamp</c> of its own, of any type.</summary>
    public bool HasTimestamp { get; private set; }

    public void AddRecord(MemoryRow row)
    {
        Tokens.Add(FilterTokens.OfType(row.Type));
        Tokens.Add(FilterTokens.OfImportance(row.Importance));
        AddNumber(FilterTokens.ImportanceKey, row.Importance);
    }

    /// <summary>Adds the payload's fields, up to the limits of the engine's <see cref="FieldSet"/>.</summary>
    public void AddPayload(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload, JsonFields.Options);
        var flattening = new Flattening(FieldSet.MaxPairs, FieldSet.LongestText);
        reader.Read();
        flattening.Visit(ref reader, "", isElement: false);
        IsOpen |= flattening.IsPartial;
        foreach (var (path, value, isElement) in flattening.Pairs)
        {
            Add(path, value, isElement);
        }
    }

    private void Add(string path, in FieldValue value, bool isElement)
    {
        AddValue(path, value);
        if (!isElement)
        {
            Tokens.Add(FilterTokens.OfPath(path));
        }

        if (value.Kind == FieldKind.Number)
        {
            AddNumber(FilterTokens.PathKey(path), value.Number);
        }

        if (path == FilterTokens.TimestampPath)
        {
            HasTimestamp |= !isElement;
            AddTime(value);
        }
    }

    private void AddValue(string path, in FieldValue value)
    {
        var isLong = value.Kind == FieldKind.Number && (value.Digits is not null || value.IsShortened);

        // A number whose digits were cut off can be compared neither for equality nor for order.
        IsOpen |= isLong && value.IsShortened;
        if (value.Kind == FieldKind.Text && FilterOperand.TimeOf(value) is { } time)
        {
            Tokens.Add(FilterTokens.OfTime(path, time));
        }

        if (value.Digits is not null)
        {
            Tokens.Add(FilterTokens.OfDigits(path, value));
        }

        // A long fraction must not get the token of the double next to it, because filters take that token for exact. A whole
        // number beyond 2^53 gets it, because silos of the version before look for no other token of such a number.
        if (!isLong || Math.Abs(value.Number) >= FilterTokens.LargestExact)
        {
            Tokens.Add(FilterTokens.OfValue(path, value));
        }
    }

    private void AddTime(in FieldValue value)
    {
        if (FilterOperand.TimeOf(value) is { } time)
        {
            Times.Add(time);
        }
        else if (value.Kind is FieldKind.Text or FieldKind.Number)
        {
            // This timestamp is not a moment, so the engine compares it by its value.
            Tokens.Add(FilterTokens.OddTimestamp);
        }
    }

    private void AddNumber(string key, double number)
    {
        if (!double.IsFinite(number))
        {
            IsOpen = true;
            return;
        }

        if (!Numbers.TryGetValue(key, out var numbers))
        {
            Numbers[key] = numbers = [];
        }

        numbers.Add(number);
    }
}
