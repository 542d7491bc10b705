using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Tier;

/// <summary>One memory's version as the vector tier holds it.</summary>
public sealed record VectorPoint
{
    public required long NamespaceId { get; init; }

    public required Coordinate Coordinate { get; init; }

    /// <summary>The version's seq: what a hit is compared with the canonical row by.</summary>
    public required long Seq { get; init; }

    /// <summary>As long as the space's dimension; null: the memory has no vector there.</summary>
    public float[]? Dense { get; init; }

    /// <summary>The weights of its words; null: it has none.</summary>
    public SparseVector? Sparse { get; init; }

    /// <summary>What filters can be pushed down to.</summary>
    public required PointFields Fields { get; init; }

    /// <summary>A hash of everything in the point, as 16 hexadecimal digits: equal points hold the same.</summary>
    public string Fingerprint()
    {
        var hash = new XxHash3();
        Append(hash, [NamespaceId, Seq, Fields.CreatedAt, Fields.UpdatedAt, Fields.ExpiresAt ?? long.MinValue, Fields.IsOpen ? 1 : 0]);
        Append(hash, Coordinate.Text.AsSpan());
        Append(hash, Dense.AsSpan());
        if (Sparse is { } sparse)
        {
            Append(hash, sparse.Indices.AsSpan());
            Append(hash, sparse.Values.AsSpan());
        }

        Append(hash, Fields.Times.AsSpan());
        foreach (var token in Fields.Tokens)
        {
            Append(hash, token.AsSpan());
        }

        foreach (var (path, numbers) in Fields.Numbers)
        {
            Append(hash, path.AsSpan());
            Append(hash, numbers.AsSpan());
        }

        return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
    }

    // With its length, so that what moves from one part into the next is seen.
    private static void Append<T>(XxHash3 hash, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var length = values.Length;
        hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
        hash.Append(MemoryMarshal.AsBytes(values));
    }
}
