namespace Soma.Grains.Storage;

/// <summary>The vector of a version in one space; null if the model refuses its text.</summary>
/// <param name="Seq">Which version.</param>
/// <param name="Vector">Little-endian float32, of length 1.</param>
public sealed record EmbeddingRow(long Seq, byte[]? Vector);

/// <summary>Vectors that sentence models made of memories' texts: derived data, kept because making it again takes hours.</summary>
/// <remarks>
/// These writes need no fence: a vector belongs to a version, and the vector of an overwritten version is never looked up again and is
/// swept later. Rows are written only for a space that <see cref="BeginRefiningAsync"/> has begun and
/// <see cref="ActivateSpaceAsync"/> has not ended, so rows of a late writer for an abandoned space are dropped. Failures are those of
/// <see cref="ICanonicalStore"/>.
/// </remarks>
public interface IEmbeddingStore
{
    /// <summary>Begins to keep vectors under this cursor, or continues.</summary>
    /// <returns>The seq up to which no current memory with text lacks its row; 0 at first.</returns>
    Task<long> BeginRefiningAsync(long namespaceId, string cursor, CancellationToken cancellationToken);

    /// <summary>How far <see cref="BeginRefiningAsync"/>'s cursor has come; 0 where it was never begun.</summary>
    Task<long> ReadRefinedSeqAsync(long namespaceId, string cursor, CancellationToken cancellationToken);

    /// <summary>Living memories with text and without a row of the space, seq above <paramref name="afterSeq"/>, oldest first.</summary>
    Task<IReadOnlyList<MemoryRow>> ReadUnrefinedAsync(
        long namespaceId, string space, long afterSeq, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Writes rows of versions that are still current, leaves those that exist, and moves the cursor up to
    /// <paramref name="refinedSeq"/>, never back.
    /// </summary>
    Task SaveEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyList<EmbeddingRow> rows, string cursor, long refinedSeq, CancellationToken cancellationToken);

    /// <summary>The rows of these versions in the space; unknown ones are missing.</summary>
    Task<IReadOnlyList<EmbeddingRow>> ReadEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken);

    /// <summary>Makes a space the one that searches go by, and ends the cursors of all others, if the epoch is still the caller's.</summary>
    /// <returns>Whether it was.</returns>
    Task<bool> ActivateSpaceAsync(long namespaceId, long epoch, string space, string cursor, CancellationToken cancellationToken);

    /// <summary>Deletes rows with seqs in (after, upTo] that belong to another space than the one kept or to no current memory.</summary>
    /// <param name="namespaceId">The namespace.</param>
    /// <param name="keptSpace">The space whose rows are kept; null if none is.</param>
    /// <param name="afterSeq">The seq after which rows are looked at.</param>
    /// <param name="upToSeq">The last seq that is looked at.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>How many rows are gone.</returns>
    Task<int> SweepEmbeddingsAsync(long namespaceId, string? keptSpace, long afterSeq, long upToSeq, CancellationToken cancellationToken);
}
