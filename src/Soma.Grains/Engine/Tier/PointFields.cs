using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier;

/// <summary>What of a memory filters can be pushed down to, in forms that a vector store compares as the engine does.</summary>
/// <remarks>
/// <para><b>Equality</b> of any JSON value at any path is a token: a hash of path and value, see <see cref="FilterTokens"/>.
/// So text and number of the same spelling stay apart, an array has the tokens of its elements and of itself, and no key of a
/// client's ever becomes a field name.</para>
/// <para><b>Order</b> of numbers needs the numbers: one list a path, under the path's hash. Texts have no order there.</para>
/// <para><b>Moments</b> are microseconds.</para>
/// </remarks>
public sealed record PointFields
{
    /// <summary>Tokens, each once.</summary>
    public required string[] Tokens { get; init; }

    /// <summary>The numbers at each path that has any, under <see cref="FilterTokens.PathKey"/>.</summary>
    public required IReadOnlyDictionary<string, double[]> Numbers { get; init; }

    /// <summary>What <c>timestamp</c> means of this memory: the payload's moments, or the record's creation without any.</summary>
    public required long[] Times { get; init; }

    /// <summary>Microseconds since 1970 UTC, as the two below.</summary>
    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public required long? ExpiresAt { get; init; }

    /// <summary>Whether the payload has more than is listed here: every test of it stays open.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>What filters can know of a living memory.</summary>
    public static PointFields Of(MemoryRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
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
