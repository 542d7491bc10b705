using System.IO.Hashing;

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

/// <summary>A vector of which only the numbers other than zero are stored.</summary>
/// <param name="Indices">The positions of the numbers, ascending, each once.</param>
/// <param name="Values">The number at each position.</param>
public sealed record SparseVector(uint[] Indices, float[] Values);

/// <summary>A point as it is stored, without its vectors.</summary>
/// <param name="Coordinate">The coordinate of its memory.</param>
/// <param name="Seq">The version that was indexed.</param>
/// <param name="Fingerprint">See <see cref="VectorPoint.Fingerprint"/>.</param>
public readonly record struct StoredPoint(Coordinate Coordinate, long Seq, string Fingerprint);

/// <summary>A page of a namespace's points.</summary>
/// <param name="Points">In the order of their ids.</param>
/// <param name="Next">Where the next page begins; null: this was the last.</param>
public sealed record StoredPoints(IReadOnlyList<StoredPoint> Points, Guid? Next);
