using Soma.Grains.Storage;

namespace Soma.Testing.Storage;

// The part of the store that holds vectors made by models.
public sealed partial class FaultyStore : IEmbeddingStore
{
    /// <summary>Awaited before refining begins.</summary>
    public Func<Task> BeforeBegin { get; set; } = () => Task.CompletedTask;

    /// <summary>Awaited between reading the stored vectors and returning them.</summary>
    public Func<Task> AfterRead { get; set; } = () => Task.CompletedTask;

    /// <summary>Awaited before vectors are saved.</summary>
    public Func<Task> BeforeSave { get; set; } = () => Task.CompletedTask;

    /// <summary>
    /// Awaited before a space is activated. False: the store reports that the caller is not the owner.
    /// </summary>
    public Func<Task<bool>> BeforeActivation { get; set; } = () => Task.FromResult(true);

    /// <summary>Awaited before a range is swept.</summary>
    public Func<Task> BeforeSweep { get; set; } = () => Task.CompletedTask;

    private IEmbeddingStore Embeddings => (IEmbeddingStore)store;

    public Task<long> BeginRefiningAsync(long namespaceId, string cursor, CancellationToken cancellationToken) =>
        PassAsync(async () =>
        {
            await BeforeBegin();
            return await Embeddings.BeginRefiningAsync(namespaceId, cursor, cancellationToken);
        });

    public Task<long> ReadRefinedSeqAsync(long namespaceId, string cursor, CancellationToken cancellationToken) =>
        PassAsync(() => Embeddings.ReadRefinedSeqAsync(namespaceId, cursor, cancellationToken));

    public Task<IReadOnlyList<MemoryRow>> ReadUnrefinedAsync(
        long namespaceId, string space, long afterSeq, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => Embeddings.ReadUnrefinedAsync(namespaceId, space, afterSeq, limit, cancellationToken));

    public Task SaveEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyList<EmbeddingRow> rows, string cursor, long refinedSeq, CancellationToken cancellationToken) =>
        PassAsync(async () =>
        {
            await BeforeSave();
            await Embeddings.SaveEmbeddingsAsync(namespaceId, space, rows, cursor, refinedSeq, cancellationToken);
            return true;
        });

    public Task<IReadOnlyList<EmbeddingRow>> ReadEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        PassAsync(async () =>
        {
            var rows = await Embeddings.ReadEmbeddingsAsync(namespaceId, space, seqs, cancellationToken);
            await AfterRead();
            return rows;
        });

    public Task<bool> ActivateSpaceAsync(
        long namespaceId, long epoch, string space, string cursor, CancellationToken cancellationToken) =>
        PassAsync(async () => await BeforeActivation() && await Embeddings.ActivateSpaceAsync(namespaceId, epoch, space, cursor, cancellationToken));

    public Task<int> SweepEmbeddingsAsync(
        long namespaceId, string? keptSpace, long afterSeq, long upToSeq, CancellationToken cancellationToken) =>
        PassAsync(async () =>
        {
            await BeforeSweep();
            return await Embeddings.SweepEmbeddingsAsync(namespaceId, keptSpace, afterSeq, upToSeq, cancellationToken);
        });
}
