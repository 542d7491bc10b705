using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>
/// Reads the vectors of memories in one kind of space: those made by a model, or those brought by callers.
/// </summary>
public interface IVectorSource
{
    /// <summary>
    /// Returns the best available vector of each row, in the order of the rows, <see cref="EmbeddingSpace.Dimension"/>
    /// numbers long; null: the row has no vector.
    /// </summary>
    Task<IReadOnlyList<float[]?>> ReadAsync(
        long namespaceId, EmbeddingSpace space, IReadOnlyList<MemoryRow> rows, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the seq up to which the vectors are final. A memory with a later seq may still get a better vector, and
    /// that adds no row to the log. The value only grows; it is <see cref="long.MaxValue"/> where vectors never change.
    /// </summary>
    Task<long> ReadRefinedSeqAsync(long namespaceId, EmbeddingSpace space, CancellationToken cancellationToken);
}
