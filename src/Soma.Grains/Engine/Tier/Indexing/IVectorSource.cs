using Soma.Grains.Engine.Embedding;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>The vectors of memories in one kind of space: made by a model, or brought by callers.</summary>
public interface IVectorSource
{
    /// <summary>The best vector there is for each row, in their order, <see cref="EmbeddingSpace.Dimension"/> long; null: none.</summary>
    Task<IReadOnlyList<float[]?>> ReadAsync(
        long namespaceId, EmbeddingSpace space, IReadOnlyList<MemoryRow> rows, CancellationToken cancellationToken);

    /// <summary>
    /// Up to which seq the vectors are final: a memory with a later seq may get a better one without a change in the log.
    /// Only grows. <see cref="long.MaxValue"/> where vectors never change.
    /// </summary>
    Task<long> ReadRefinedSeqAsync(long namespaceId, EmbeddingSpace space, CancellationToken cancellationToken);
}
