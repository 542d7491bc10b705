using System.Collections.Concurrent;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Testing.Storage;

/// <summary>A store whose commits go wrong as the test says; everything else goes to <paramref name="store"/>.</summary>
public sealed partial class FaultyStore(ICanonicalStore store) : ICanonicalStore
{
    private readonly ConcurrentQueue<StoreFault> _next = new();
    private readonly ConcurrentQueue<CommitBatch> _late = new();
    private readonly ConcurrentQueue<CommitBatch> _sent = new();

    public bool IsExclusive => store.IsExclusive;

    /// <summary>What becomes of a commit for which nothing was said by <see cref="NextCommit"/>.</summary>
    public Func<CommitBatch, StoreFault> OnCommit { get; set; } = _ => StoreFault.None;

    /// <summary>Awaited before a commit is applied: a test that gives a task of its own makes the store slow.</summary>
    public Func<CommitBatch, Task> BeforeCommit { get; set; } = _ => Task.CompletedTask;

    /// <summary>Awaited after a commit was applied and before the sender hears of it.</summary>
    public Func<CommitBatch, Task> AfterCommit { get; set; } = _ => Task.CompletedTask;

    /// <summary>Awaited before any other call; throw from it to make only those fail.</summary>
    public Func<Task> BeforeCall { get; set; } = () => Task.CompletedTask;

    /// <summary>While true every call fails with <see cref="StoreUnavailableException"/>.</summary>
    public bool IsDown { get; set; }

    /// <summary>Every batch that was sent, whatever became of it.</summary>
    public IReadOnlyCollection<CommitBatch> Sent => _sent;

    /// <summary>What becomes of the next commit; set again to queue up.</summary>
    public StoreFault NextCommit
    {
        set => _next.Enqueue(value);
    }

    /// <summary>Lets the commits arrive that were <see cref="StoreFault.ArrivesLate"/>.</summary>
    /// <returns>What the store did with each.</returns>
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

    public Task<IReadOnlyList<MemoryRow>> ReadNewestAsync(
        long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadNewestAsync(namespaceId, beforeSeq, limit, cancellationToken));

    public Task<IReadOnlyList<LogRow>> ReadLogAsync(long namespaceId, long afterSeq, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadLogAsync(namespaceId, afterSeq, limit, cancellationToken));

    public Task<IReadOnlyList<LinkRow>> ReadLinksAsync(
        long namespaceId, IReadOnlyCollection<LinkKey> keys, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadLinksAsync(namespaceId, keys, cancellationToken));

    public Task<IReadOnlyList<LinkRow>> ReadLinksFromAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, bool incoming, string? linkType, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => store.ReadLinksFromAsync(namespaceId, coordinates, incoming, linkType, limit, cancellationToken));

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
