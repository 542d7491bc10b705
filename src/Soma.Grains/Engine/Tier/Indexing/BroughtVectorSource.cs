using Soma.Grains.Engine.Embedding;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>The vectors that callers brought along with their memories.</summary>
public sealed class BroughtVectorSource : IVectorSource
{
    /// <summary>The space of brought vectors of one dimension.</summary>
    public static EmbeddingSpace SpaceOf(int dimension) => new("brought", dimension);

    public Task<IReadOnlyList<float[]?>> ReadAsync(
        long namespaceId, EmbeddingSpace space, IReadOnlyList<MemoryRow> rows, CancellationToken cancellationToken)
    {
        return Task.FromResult<IReadOnlyList<float[]?>>([.. rows.Select(row => Read(row.BroughtVector, space.Dimension))]);
    }

    public Task<long> ReadRefinedSeqAsync(long namespaceId, EmbeddingSpace space, CancellationToken cancellationToken) =>
        Task.FromResult(long.MaxValue);

    // The bytes are little-endian, like every machine that .NET runs on. The vector is scaled to length 1 here, because a tier
    // computes lengths in float32, where the square of 1e20 is infinite.
    private static float[]? Read(byte[]? stored, int dimension) =>
        stored?.Length == dimension * sizeof(float) ? UnitVector.Of(MemoryMarshal.Cast<byte, float>(stored)) : null;
}
