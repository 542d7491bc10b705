namespace Soma.Grains.Engine.Tier;

/// <summary>
/// The fields of a memory on which the vector tier can filter, in a form that it compares as the engine does.
/// </summary>
/// <remarks>
/// <para><b>Equality</b> of any JSON value at any path is tested by a token: a hash of path and value, see <see
/// cref="FilterTokens"/>. So the text <c>"1"</c> and the number <c>1</c> stay apart, an array has a token for itself
/// and one for each element, and a client's key never becomes a field name of the tier.</para>
/// <para><b>Order</b> of numbers needs the numbers themselves: one list for each path, under the path's hash. The tier
/// cannot order texts.</para>
/// <para><b>Moments</b> are microseconds since 1970 UTC.</para>
/// </remarks>
public sealed record PointFields
{
    /// <summary>The tokens, each once.</summary>
    public required string[] Tokens { get; init; }

    /// <summary>The numbers at each path that holds any, by <see cref="FilterTokens.PathKey"/>.</summary>
    public required IReadOnlyDictionary<string, double[]> Numbers { get; init; }

    /// <summary>
    /// The moments that a filter on <c>timestamp</c> tests: those of the payload, or the record's creation if the
    /// payload has none.
    /// </summary>
    public required long[] Times { get; init; }

    /// <summary>Microseconds since 1970 UTC, as are the two properties below.</summary>
    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public required long? ExpiresAt { get; init; }

    /// <summary>
    /// Whether the payload has more fields than are listed here. The tier then lets the memory pass every test, and the
    /// row decides.
    /// </summary>
    public required bool IsOpen { get; init; }

    /// <summary>Collects the filter fields of a memory.</summary>
    public static PointFields Of(MemoryRow row)
    {
        var making = new PointFieldsMaking();
        making.AddRecord(row);
        making.AddPayload(row.Payload);
        if (making.IsOpen)
        {
            making.Tokens.Add(FilterTokens.Open);
        }
        else if (!making.HasTimestamp)
        {
            making.Times.Add(row.CreatedAt.Microseconds);
        }

        return new PointFields
        {
            Tokens = [.. making.Tokens],
            Numbers = making.Numbers.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray(), StringComparer.Ordinal),
            Times = [.. making.Times],
            CreatedAt = row.CreatedAt.Microseconds,
            UpdatedAt = row.UpdatedAt.Microseconds,
            ExpiresAt = row.ExpiresAt?.Microseconds,
            IsOpen = making.IsOpen,
        };
    }
}
