using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Tier;

/// <summary>A version of a memory as the vector tier stores it.</summary>
public sealed record VectorPoint
{
    public required long NamespaceId { get; init; }

    public required Coordinate Coordinate { get; init; }

    /// <summary>The seq of the version. A hit counts only if the canonical row has the same seq.</summary>
    public required long Seq { get; init; }

    /// <summary>The vector, as long as the space's dimension; null: the memory has no vector in this space.</summary>
    public float[]? Dense { get; init; }

    /// <summary>The weights of the memory's words; null: it has no words.</summary>
    public SparseVector? Sparse { get; init; }

    /// <summary>The fields on which the tier can filter.</summary>
    public required PointFields Fields { get; init; }

    /// <summary>
    /// A hash of everything in the point, as 16 hexadecimal digits. Equal points have equal fingerprints.
    /// </summary>
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

    // The length is hashed too. Otherwise a number that moves from one part to the next would not change the hash.
    private static void Append<T>(XxHash3 hash, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var length = values.Length;
        hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
        hash.Append(MemoryMarshal.AsBytes(values));
    }
}
