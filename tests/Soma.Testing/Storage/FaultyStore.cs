using System.Collections.Concurrent;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Testing.Storage;

/// <summary>A store whose commits fail as the test says. All other calls go to <paramref name="store"/>.</summary>
public sealed partial class FaultyStore(ICanonicalStore store) : ICanonicalStore
{
    private readonly ConcurrentQueue<StoreFault> _next = new();
    private readonly ConcurrentQueue<CommitBatch> _late = new();
    private readonly ConcurrentQueue<CommitBatch> _sent = new();

    public bool IsExclusive => store.IsExclusive;

    /// <summary>Chooses the fault of a commit for which <see cref="NextCommit"/> was not set.</summary>
    public Func<CommitBatch, StoreFault> OnCommit { get; set; } = _ => StoreFault.None;

    /// <summary>Awaited before a commit is applied. A test can make the store slow with a task of its own.</summary>
    public Func<CommitBatch, Task> BeforeCommit { get; set; } = _ => Task.CompletedTask;

    /// <summary>Awaited between applying a commit and answering it.</summary>
    public Func<CommitBatch, Task> AfterCommit { get; set; } = _ => Task.CompletedTask;

    /// <summary>Awaited before any call that is not a commit. If it throws, only such calls fail.</summary>
    public Func<Task> BeforeCall { get; set; } = () => Task.CompletedTask;

    /// <summary>While this is true, every call fails with <see cref="StoreUnavailableException"/>.</summary>
    public bool IsDown { get; set; }

    /// <summary>Every batch that was sent, whether or not it was applied.</summary>
    public IReadOnlyCollection<CommitBatch> Sent => _sent;

    /// <summary>The fault of the next commit. Setting it several times sets the faults of several commits.</summary>
    public StoreFault NextCommit
    {
        set => _next.Enqueue(value);
    }

    /// <summary>From now on another store answers, as if a standby had been promoted.</summary>
    public void FailOverTo(ICanonicalStore standby) => store = standby;

    /// <summary>Delivers the commits with the fault <see cref="StoreFault.ArrivesLate"/>.</summary>
    /// <returns>The store's result for each of them.</returns>
    public async Task<IReadOnlyList<CommitResult>> DeliverLateAsync()
    {
        var results = new List<CommitResult>();
        while (_late.TryDequeue(out var batch))
        {
            results.Add(await store.CommitAsync(batch, CancellationToken.None));
        }

        return results;
    }

    public async Task<CommitResult> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        _sent.Enqueue(batch);
        await BeforeCommit(batch);
        switch (_next.TryDequeue(out var fault) ? fault : OnCommit(batch))
        {
            case StoreFault.Unavailable:
                throw new StoreUnavailableException("The store is away.");
            case StoreFault.LostBeforeCommit:
                throw Unknown();
            case StoreFault.ArrivesLate:
                _late.Enqueue(batch);
                throw Unknown();
            case StoreFault.FailAfterCommit:
                await store.CommitAsync(batch, cancellationToken);
                await AfterCommit(batch);
                throw Unknown();
            case StoreFault.Fenced:
                await store.AdvanceEpochAsync(batch.NamespaceId, batch.Epoch, cancellationToken);
                break;
            case StoreFault.Rejected:
                throw new RowRejectedException("The row is refused.", new ArgumentException("poison"));
        }

        var result = await store.CommitAsync(batch, cancellationToken);
        await AfterCommit(batch);
        return result;
    }

    public Task CreateNamespaceAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        PassAsync(async () =>
        {
            await store.CreateNamespaceAsync(key, cancellationToken);
            return true;
        });

    public Task<TakenNamespace?> TakeEpochAsync(NamespaceKey key, TimeSpan lease, CancellationToken cancellationToken) =>
        PassAsync(() => store.TakeEpochAsync(key, lease, cancellationToken));

    public Task<bool> ReleaseAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReleaseAsync(namespaceId, epoch, cancellationToken));

    public Task<IReadOnlyDictionary<long, NamespaceEpoch>> ReadEpochsAsync(
        IReadOnlyCollection<long> namespaceIds, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadEpochsAsync(namespaceIds, cancellationToken));

    public Task<bool> AdvanceEpochAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        PassAsync(() => store.AdvanceEpochAsync(namespaceId, epoch, cancellationToken));

    public Task<bool> WasAppliedAsync(CommitBatch batch, CancellationToken cancellationToken) =>
        PassAsync(() => store.WasAppliedAsync(batch, cancellationToken));

    public Task<ReadAhead> ReadAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyCollection<string> receiptKeys, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadAsync(namespaceId, coordinates, receiptKeys, cancellationToken));

    public Task<IReadOnlyList<MemoryRow>> ReadVersionsAsync(
        long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadVersionsAsync(namespaceId, seqs, cancellationToken));

    public Task<IReadOnlyList<ListPlace>> ReadPlacesAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, long throughSeq, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadPlacesAsync(namespaceId, coordinates, throughSeq, cancellationToken));

    public Task<IReadOnlyList<MemoryRow>> ReadNewestAsync(
        long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadNewestAsync(namespaceId, beforeSeq, limit, cancellationToken));

    public Task<IReadOnlyList<LogRow>> ReadLogAsync(long namespaceId, long afterSeq, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadLogAsync(namespaceId, afterSeq, limit, cancellationToken));

    public Task<IReadOnlyList<LoggedOperation>> ReadOperationsAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadOperationsAsync(namespaceId, beforeSeq, limit, cancellationToken));

    public Task<IReadOnlyList<LinkRow>> ReadLinksAsync(
        long namespaceId, IReadOnlyCollection<LinkKey> keys, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadLinksAsync(namespaceId, keys, cancellationToken));

    public Task<IReadOnlyList<LinkRow>> ReadLinksFromAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, bool incoming, string? linkType, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadLinksFromAsync(namespaceId, coordinates, incoming, linkType, limit, cancellationToken));

    public Task<IReadOnlyList<LinkRow>> ReadLinksAroundAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyList<string>? linkTypes, int limitEach, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadLinksAroundAsync(namespaceId, coordinates, linkTypes, limitEach, cancellationToken));

    public Task<StatsReply> ReadStatsAsync(bool includeNamespaces, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadStatsAsync(includeNamespaces, cancellationToken));

    public Task CheckWritableAsync(CancellationToken cancellationToken) => PassAsync(async () =>
    {
        await store.CheckWritableAsync(cancellationToken);
        return true;
    });

    private static CommitUnknownException Unknown() => new("No answer.", new TimeoutException());

    private async Task<T> PassAsync<T>(Func<Task<T>> call)
    {
        ThrowIfDown();
        await BeforeCall();
        return await call();
    }

    private void ThrowIfDown()
    {
        if (IsDown)
        {
            throw new StoreUnavailableException("The store is away.");
        }
    }
}
