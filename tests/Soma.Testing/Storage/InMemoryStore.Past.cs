using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Compacting;
using Soma.Grains.Storage.Past;

namespace Soma.Testing.Storage;

public sealed partial class InMemoryStore : IPastStore
{
    /// <summary>Moves the horizon of a namespace, as a compaction does before it drops anything.</summary>
    public void MoveOldestSeq(NamespaceKey key, long horizon, Instant at = default)
    {
        lock (_gate)
        {
            _byKey[key].MoveHorizon(new Horizon(horizon, at));
        }
    }

    public Task<IReadOnlyList<LoggedTime>> ReadTimesAsync(
        long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadTimes(seqs) ?? [], cancellationToken);

    public Task<IReadOnlyList<LogRow>> ReadHistoryAsync(
        long namespaceId, Coordinate coordinate, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadHistory(coordinate, beforeSeq, limit) ?? [], cancellationToken);

    public Task<LogRow?> FindVersionAsync(long namespaceId, Coordinate coordinate, long version, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.FindVersion(coordinate, version), cancellationToken);

    public Task<IReadOnlyList<StatePlace>> ReadStateAsync(
        long namespaceId, long throughSeq, Instant now, Coordinate? after, int limit, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadState(throughSeq, now, after, limit) ?? [], cancellationToken);

    public Task<IReadOnlyList<LogRow>> ReadLinkChangesAsync(
        long namespaceId, long afterSeq, long throughSeq, int limit, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadLinkChanges(afterSeq, throughSeq, limit) ?? [], cancellationToken);
}
