using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Past;

namespace Soma.Testing.Storage;

// The part of the store that reads the past.
public sealed partial class FaultyStore : IPastStore
{
    private IPastStore Past => (IPastStore)store;

    public Task<long> ReadOldestSeqAsync(long namespaceId, CancellationToken cancellationToken) =>
        PassAsync(() => Past.ReadOldestSeqAsync(namespaceId, cancellationToken));

    public Task<IReadOnlyList<LoggedTime>> ReadTimesAsync(
        long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        PassAsync(() => Past.ReadTimesAsync(namespaceId, seqs, cancellationToken));

    public Task<IReadOnlyList<LogRow>> ReadHistoryAsync(
        long namespaceId, Coordinate coordinate, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => Past.ReadHistoryAsync(namespaceId, coordinate, beforeSeq, limit, cancellationToken));

    public Task<LogRow?> FindVersionAsync(long namespaceId, Coordinate coordinate, long version, CancellationToken cancellationToken) =>
        PassAsync(() => Past.FindVersionAsync(namespaceId, coordinate, version, cancellationToken));

    public Task<IReadOnlyList<StatePlace>> ReadStateAsync(
        long namespaceId, long throughSeq, Instant now, Coordinate? after, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => Past.ReadStateAsync(namespaceId, throughSeq, now, after, limit, cancellationToken));

    public Task<IReadOnlyList<LogRow>> ReadLinkChangesAsync(
        long namespaceId, long afterSeq, long throughSeq, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => Past.ReadLinkChangesAsync(namespaceId, afterSeq, throughSeq, limit, cancellationToken));
}
