using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Testing.Storage;

/// <summary>What goes wrong with a commit.</summary>
public enum StoreFault
{
    None,

    /// <summary>The store is away: certainly not applied.</summary>
    Unavailable,

    /// <summary>Applied, but the answer is lost.</summary>
    AnswerLost,

    /// <summary>Not applied, and nobody knows.</summary>
    RequestLost,

    /// <summary>Another owner takes the namespace just before.</summary>
    Fenced,

    /// <summary>The store refuses the content of a row.</summary>
    RowRejected,
}

/// <summary>A store whose commits fail as the test says.</summary>
public sealed class FaultyStore(ICanonicalStore inner) : ICanonicalStore
{
    /// <summary>Decides what goes wrong with a commit.</summary>
    public Func<CommitBatch, StoreFault> OnCommit { get; init; } = _ => StoreFault.None;

    /// <summary>Holds a commit up before it reaches the store.</summary>
    public Func<CommitBatch, Task> BeforeCommit { get; init; } = _ => Task.CompletedTask;

    public bool IsExclusive => inner.IsExclusive;

    public async Task<CommitResult> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        await BeforeCommit(batch);
        switch (OnCommit(batch))
        {
            case StoreFault.Unavailable:
                throw new StoreUnavailableException("The test took the store away.");
            case StoreFault.AnswerLost:
                await inner.CommitAsync(batch, cancellationToken);
                throw new CommitUnknownException("The test lost the answer.", new IOException());
            case StoreFault.RequestLost:
                throw new CommitUnknownException("The test lost the request.", new IOException());
            case StoreFault.Fenced:
                await inner.AdvanceEpochAsync(batch.NamespaceId, batch.Epoch, cancellationToken);
                return await inner.CommitAsync(batch, cancellationToken);
            case StoreFault.RowRejected:
                throw new RowRejectedException("The test refuses this row.", new InvalidDataException());
            default:
                return await inner.CommitAsync(batch, cancellationToken);
        }
    }

    public Task CreateNamespaceAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        inner.CreateNamespaceAsync(key, cancellationToken);

    public Task<TakenNamespace?> TakeEpochAsync(NamespaceKey key, TimeSpan lease, CancellationToken cancellationToken) =>
        inner.TakeEpochAsync(key, lease, cancellationToken);

    public Task<bool> ReleaseAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        inner.ReleaseAsync(namespaceId, epoch, cancellationToken);

    public Task<IReadOnlyDictionary<long, long>> ReadEpochsAsync(IReadOnlyCollection<long> namespaceIds, CancellationToken cancellationToken) =>
        inner.ReadEpochsAsync(namespaceIds, cancellationToken);

    public Task<bool> AdvanceEpochAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        inner.AdvanceEpochAsync(namespaceId, epoch, cancellationToken);

    public Task<bool> WasAppliedAsync(CommitBatch batch, CancellationToken cancellationToken) =>
        inner.WasAppliedAsync(batch, cancellationToken);

    public Task<ReadAhead> ReadAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyCollection<string> receiptKeys, CancellationToken cancellationToken) =>
        inner.ReadAsync(namespaceId, coordinates, receiptKeys, cancellationToken);

    public Task<IReadOnlyList<MemoryRow>> ReadVersionsAsync(long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        inner.ReadVersionsAsync(namespaceId, seqs, cancellationToken);

    public Task<IReadOnlyList<MemoryRow>> ReadNewestAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        inner.ReadNewestAsync(namespaceId, beforeSeq, limit, cancellationToken);

    public Task<IReadOnlyList<LogRow>> ReadLogAsync(long namespaceId, long afterSeq, int limit, CancellationToken cancellationToken) =>
        inner.ReadLogAsync(namespaceId, afterSeq, limit, cancellationToken);

    public Task<IReadOnlyList<LinkRow>> ReadLinksAsync(long namespaceId, IReadOnlyCollection<LinkKey> keys, CancellationToken cancellationToken) =>
        inner.ReadLinksAsync(namespaceId, keys, cancellationToken);

    public Task<IReadOnlyList<LinkRow>> ReadLinksFromAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, bool incoming, string? linkType, int limit, CancellationToken cancellationToken) =>
        inner.ReadLinksFromAsync(namespaceId, coordinates, incoming, linkType, limit, cancellationToken);

    public Task<StatsReply> ReadStatsAsync(bool includeNamespaces, CancellationToken cancellationToken) =>
        inner.ReadStatsAsync(includeNamespaces, cancellationToken);

    public Task CheckWritableAsync(CancellationToken cancellationToken) => inner.CheckWritableAsync(cancellationToken);
}
