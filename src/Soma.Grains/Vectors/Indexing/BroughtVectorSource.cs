using System.Runtime.InteropServices;
using Soma.Grains.Engine.Refining;
using Soma.Grains.Storage;

namespace Soma.Grains.Vectors.Indexing;

/// <summary>The vectors that callers brought along with their memories.</summary>
public sealed class BroughtVectorSource : IVectorSource
{
    /// <summary>The space of brought vectors of one dimension.</summary>
    public static EmbeddingSpace SpaceOf(int dimension) => new("brought", dimension);

    public Task<IReadOnlyList<float[]?>> ReadAsync(
        long namespaceId, EmbeddingSpace space, IReadOnlyList<MemoryRow> rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(rows);
        return Task.FromResult<IReadOnlyList<float[]?>>([.. rows.Select(row => Read(row.BroughtVector, space.Dimension))]);
    }

    public Task<long> ReadRefinedSeqAsync(long namespaceId, EmbeddingSpace space, CancellationToken cancellationToken) =>
        Task.FromResult(long.MaxValue);

    // Vectors are stored little-endian. Every machine that .NET supports is little-endian, so no byte needs to be
    // swapped.
    private static float[]? Read(byte[]? stored, int dimension) =>
        stored?.Length == dimension * sizeof(float) ? MemoryMarshal.Cast<byte, float>(stored).ToArray() : null;
}
