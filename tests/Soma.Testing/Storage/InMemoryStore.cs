using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Forgetting;
using Soma.Grains.Storage.Sweeping;

namespace Soma.Testing.Storage;

/// <summary>
/// A canonical store in memory. It keeps all promises except durability, and the contract tests check it like the real
/// stores.
/// </summary>
/// <param name="isExclusive">The value of <see cref="ICanonicalStore.IsExclusive"/>.</param>
public sealed partial class InMemoryStore(bool isExclusive = false) : ICanonicalStore, IEmbeddingStore, IForgettingStore, ISweepStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NamespaceKey, InMemoryNamespace> _byKey = [];
    private readonly Dictionary<long, InMemoryNamespace> _byId = [];
    private readonly Dictionary<long, RemovedNamespace> _removed = [];
    private long _lastId;

    public bool IsExclusive => isExclusive;

    public Task CreateNamespaceAsync(NamespaceKey key, CancellationToken cancellationToken) => DoAsync(() =>
    {
        if (!_byKey.ContainsKey(key))
        {
            var made = new InMemoryNamespace(++_lastId, key);
            _byKey.Add(key, made);
            _byId.Add(made.Id, made);
        }

        return true;
    }, cancellationToken);

    public Task<TakenNamespace?> TakeEpochAsync(NamespaceKey key, TimeSpan lease, CancellationToken cancellationToken) =>
        DoAsync(() => _byKey.TryGetValue(key, out var found) ? found.Take(lease) : null, cancellationToken);

    public Task<bool> ReleaseAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId) is { } found && found.Release(epoch), cancellationToken);

    public Task<IReadOnlyDictionary<long, NamespaceEpoch>> ReadEpochsAsync(
        IReadOnlyCollection<long> namespaceIds, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyDictionary<long, NamespaceEpoch>>(() => namespaceIds
            .Distinct().Where(_byId.ContainsKey).ToDictionary(id => id, id => _byId[id].Now), cancellationToken);

    public Task<CommitResult> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        BatchRules.Check(batch);
        return DoAsync(() => Find(batch.NamespaceId)?.Commit(batch) ?? CommitResult.Fenced, cancellationToken);
    }

    public Task<bool> AdvanceEpochAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId) is { } found && found.Advance(epoch), cancellationToken);

    public Task<bool> WasAppliedAsync(CommitBatch batch, CancellationToken cancellationToken) =>
        DoAsync(() => Find(batch.NamespaceId) is { } found && found.WasApplied(batch), cancellationToken);

    public Task<ReadAhead> ReadAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyCollection<string> receiptKeys, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.Read(coordinates, receiptKeys)
            ?? new ReadAhead(new Dictionary<Coordinate, MemoryRow>(), new Dictionary<string, Receipt>()), cancellationToken);

    public Task<IReadOnlyList<MemoryRow>> ReadVersionsAsync(
        long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadVersions(seqs) ?? [], cancellationToken);

    public Task<IReadOnlyList<ListPlace>> ReadPlacesAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, long throughSeq, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadPlaces([.. coordinates], throughSeq) ?? [], cancellationToken);

    public Task<IReadOnlyList<MemoryRow>> ReadNewestAsync(
        long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadNewest(beforeSeq, limit) ?? [], cancellationToken);

    public Task<IReadOnlyList<LogRow>> ReadLogAsync(long namespaceId, long afterSeq, int limit, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<LogRow>>(() => Find(namespaceId) is { } found
            ? [.. found.Log.Where(row => row.Seq > afterSeq).Take(limit)]
            : [], cancellationToken);

    public Task<IReadOnlyList<LoggedOperation>> ReadOperationsAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<LoggedOperation>>(() => Find(namespaceId) is { } found
            ? [.. found.Log.Where(row => row.Seq < beforeSeq).Reverse().Take(limit).Select(row => new LoggedOperation(row.Seq, row.At, row.Operation))]
            : [], cancellationToken);

    public Task<IReadOnlyList<LinkRow>> ReadLinksAsync(
        long namespaceId, IReadOnlyCollection<LinkKey> keys, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<LinkRow>>(() => Find(namespaceId) is { } found
            ? [.. keys.Distinct().Where(found.Links.ContainsKey).Select(key => found.Links[key])]
            : [], cancellationToken);

    public Task<IReadOnlyList<LinkRow>> ReadLinksFromAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, bool incoming, string? linkType, int limit, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadLinksFrom([.. coordinates], incoming, linkType, limit) ?? [], cancellationToken);

    public Task<IReadOnlyList<LinkRow>> ReadLinksAroundAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyList<string>? linkTypes, int limitEach, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadLinksAround([.. coordinates], linkTypes, limitEach) ?? [], cancellationToken);

    public Task<StatsReply> ReadStatsAsync(bool includeNamespaces, CancellationToken cancellationToken) => DoAsync(() =>
    {
        var reply = NamespaceTotals.ToReply(
            [.. _byKey.Values.Where(one => one.HeadSeq > 0).OrderBy(one => one.Key.ToString(), StringComparer.Ordinal).Select(one => one.Stats)]);
        return includeNamespaces ? reply : reply with { Namespaces = [] };
    }, cancellationToken);

    public Task CheckWritableAsync(CancellationToken cancellationToken) => DoAsync(() => true, cancellationToken);

    public Task<long> BeginRefiningAsync(long namespaceId, string cursor, CancellationToken cancellationToken) =>
        DoAsync(() => _byId[namespaceId].Embeddings.Begin(cursor), cancellationToken);

    public Task<long> ReadRefinedSeqAsync(long namespaceId, string cursor, CancellationToken cancellationToken) =>
        DoAsync(() => _byId[namespaceId].Embeddings.ReadRefinedSeq(cursor), cancellationToken);

    public Task<IReadOnlyList<MemoryRow>> ReadUnrefinedAsync(
        long namespaceId, string space, long afterSeq, int limit, CancellationToken cancellationToken) =>
        DoAsync(() => _byId[namespaceId].Embeddings.ReadUnrefined(space, afterSeq, limit), cancellationToken);

    public Task SaveEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyList<EmbeddingRow> rows, string cursor, long refinedSeq, CancellationToken cancellationToken) =>
        DoAsync(() =>
        {
            _byId[namespaceId].Embeddings.Save(space, rows, cursor, refinedSeq);
            return true;
        }, cancellationToken);

    public Task<IReadOnlyList<EmbeddingRow>> ReadEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        DoAsync(() => _byId[namespaceId].Embeddings.Read(space, seqs), cancellationToken);

    public Task<bool> ActivateSpaceAsync(
        long namespaceId, long epoch, string space, string cursor, CancellationToken cancellationToken) =>
        DoAsync(() =>
        {
            var found = _byId[namespaceId];
            var isOwner = found.Activate(epoch, space);
            if (isOwner)
            {
                found.Embeddings.EndCursors(space, cursor);
            }

            return isOwner;
        }, cancellationToken);

    public Task<int> SweepEmbeddingsAsync(
        long namespaceId, string? keptSpace, long afterSeq, long upToSeq, CancellationToken cancellationToken) =>
        DoAsync(() => _byId[namespaceId].Embeddings.Sweep(keptSpace, afterSeq, upToSeq), cancellationToken);

    public Task<IReadOnlyList<ExpiredMemory>> FindExpiredAsync(Instant before, int limit, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<ExpiredMemory>>(() =>
            [.. _byId.Values.SelectMany(one => one.Expired(before)).OrderBy(expired => expired.End).Take(limit).Select(expired => expired.Memory)], cancellationToken);

    public Task<(IReadOnlyList<long> Namespaces, long Next)> FindExpiredReceiptsAsync(
        Instant before, long afterNamespaceId, int limit, CancellationToken cancellationToken) =>
        DoAsync<(IReadOnlyList<long>, long)>(() =>
        {
            var page = _byId.Values.Where(one => one.Id > afterNamespaceId).OrderBy(one => one.Id).Take(limit).ToArray();
            return ([.. page.Where(one => one.HasExpiredReceipts(before)).Select(one => one.Id)], page.Length < limit ? 0 : page[^1].Id);
        }, cancellationToken);

    public Task<SweptSet> SweepAsync(
        long namespaceId, Instant before, IReadOnlyList<ExpiredMemory> memories, int receiptLimit, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.Sweep(before, memories, receiptLimit) ?? default, cancellationToken);

    public Task<IReadOnlyList<LivingMemory>> ReadLivingAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadLiving(beforeSeq, limit) ?? [], cancellationToken);

    public Task<IReadOnlyList<HeldAmount>> ReadAmountsAsync(long namespaceId, Instant now, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadAmounts(now) ?? [], cancellationToken);

    public Task<IReadOnlyList<AccessTime>> ReadAccessTimesAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.ReadAccessTimes(beforeSeq, limit) ?? [], cancellationToken);

    private InMemoryNamespace? Find(long id) => _byId.GetValueOrDefault(id);

    // A real store answers later and on another thread. A store that always answers at once would hide errors in what
    // callers do meanwhile.
    private async Task<T> DoAsync<T>(Func<T> act, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        lock (_gate)
        {
            return act();
        }
    }
}
