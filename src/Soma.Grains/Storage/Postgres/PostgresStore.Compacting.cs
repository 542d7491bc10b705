using Soma.Grains.Storage.Compacting;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// Compaction: superseded versions are found page by page of the log and by the index of ends, and emptied by soma.compact_namespace
// (Sql/Migrations/0009_compaction.sql).
public sealed partial class PostgresStore : ICompactionStore
{
    public async Task<(IReadOnlyList<CompactableNamespace> Namespaces, long Next)> FindCompactableAsync(
        Instant before, string serviceId, long afterNamespaceId, int limit, CancellationToken cancellationToken) =>
        StoredRows.CompactablePage(await ReadRowsAsync(
            PostgresSql.Named["find_compactable"],
            [Of(before.Microseconds), Of(afterNamespaceId), Of((long)limit), Of(serviceId), Of(NamespaceGrain.StateName)],
            StoredRows.Compactable,
            cancellationToken));

    public async Task<CompactionSet> FindSupersededAsync(
        long namespaceId, Instant cutoff, int keepVersions, int limit, CancellationToken cancellationToken)
    {
        var (id, time) = (namespaceId, cutoff.Microseconds);
        var progress = (await ReadRowsAsync(PostgresSql.Named["read_compaction"], [Of(id)], StoredRows.Progress, cancellationToken))
            .SingleOrDefault();
        var page = (await ReadRowsAsync(
            PostgresSql.Named["find_page_end"], [Of(id), Of(progress.Seq), Of(time), Of((long)limit)], StoredRows.PageEnd, cancellationToken))[0];
        var ended = await ReadRowsAsync(
            PostgresSql.Named["find_ended_by_time"],
            [Of(id), Of(time), Of(progress.End.Microseconds), Of(progress.EndSeq), Of((long)limit)],
            StoredRows.Ended,
            cancellationToken);
        var bounds = ended.Where(version => version.IsLast).Select(version => version.Bound).ToList();
        if (page.LastSeq is { } last)
        {
            bounds.AddRange(await ReadRowsAsync(
                PostgresSql.Named["find_ended_by_rows"],
                [Of(id), Of(progress.Seq), Of(last), Of(time), Of((long)keepVersions)],
                StoredRows.Bound,
                cancellationToken));
        }

        var found = await FindVersionsAsync(id, bounds, cancellationToken);
        var firstSeq = CompactionSets.LatestEnd(found) is not { } end ? (long?)null : (await ReadRowsAsync(
            PostgresSql.Named["find_seq_at"], [Of(id), Of(end.Microseconds)], row => row.GetInt64(0), cancellationToken))[0];
        return CompactionSets.ToSet(found, firstSeq, CompactionSets.Looked(id, progress, page, ended, limit));
    }

    public Task MoveHorizonAsync(CompactionSet set, CancellationToken cancellationToken) => ExecuteAsync(
        PostgresSql.Named["move_horizon"], [Of(set.NamespaceId), Of(set.Horizon.Seq), Of(set.Horizon.At.Microseconds)], cancellationToken);

    public async Task<int?> CompactAsync(CompactionSet set, CancellationToken cancellationToken)
    {
        var (status, versions) = (await ReadRowsAsync(
            PostgresSql.Named["compact"],
            [
                Of(set.NamespaceId), Of(set.Seqs.ToArray()), Of(set.Horizon.Seq),
                Of(set.Progress.Seq), Of(set.Progress.End.Microseconds), Of(set.Progress.EndSeq),
            ],
            row => (Status: row.GetInt32(0), Versions: row.GetInt32(1)),
            cancellationToken))[0];
        return status == 0 ? versions : null;
    }

    public Task RestartCompactionAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        ExecuteAsync(PostgresSql.Named["restart_compaction"], [Of(key.Tenant), Of(key.Name)], cancellationToken);

    /// <summary>Nothing: the server's autovacuum overwrites what is dead in its own time.</summary>
    public Task EraseTracesAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<Horizon> ReadHorizonAsync(long namespaceId, CancellationToken cancellationToken) =>
        (await ReadRowsAsync(PostgresSql.Named["read_horizon"], [Of(namespaceId)], StoredRows.Horizon, cancellationToken)).SingleOrDefault();

    private async Task<List<SupersededVersion>> FindVersionsAsync(long id, List<SupersededBound> bounds, CancellationToken cancellationToken) =>
        bounds.Count == 0 ? [] : await ReadRowsAsync(
            PostgresSql.Named["find_superseded"],
            [
                Of(id), Of(bounds.Select(bound => bound.Coordinate.Text).ToArray()), Of(bounds.Select(bound => bound.LastSeq).ToArray()),
                Of(bounds.Select(bound => bound.CreatedSeq).ToArray()), Of(bounds.Select(bound => bound.LastVersion).ToArray()),
            ],
            StoredRows.Superseded,
            cancellationToken);
}
