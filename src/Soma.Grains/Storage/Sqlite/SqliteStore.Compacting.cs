using Soma.Grains.Storage.Compacting;

namespace Soma.Grains.Storage.Sqlite;

// Compaction: the same steps as on Postgres. What is looked for is read in one transaction of a reader, and dropped in the writer's.
public sealed partial class SqliteStore : ICompactionStore
{
    public Task<(IReadOnlyList<CompactableNamespace> Namespaces, long Next)> FindCompactableAsync(
        Instant before, string serviceId, long afterNamespaceId, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => StoredRows.CompactablePage(session.Read(
                SqliteSql.Named["find_compactable"], StoredRows.Compactable,
                before.Microseconds, afterNamespaceId, limit, serviceId, NamespaceGrain.StateName, SqliteArchive.GrainIdOfTenants)),
            cancellationToken);

    public Task<CompactionSet> FindSupersededAsync(
        long namespaceId, Instant cutoff, int keepVersions, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindSuperseded(session, namespaceId, cutoff.Microseconds, keepVersions, limit), cancellationToken);

    public Task MoveHorizonAsync(CompactionSet set, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(SqliteSql.Named["move_horizon"], set.NamespaceId, set.Horizon.Seq, set.Horizon.At.Microseconds), cancellationToken);

    public Task<int?> CompactAsync(CompactionSet set, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Compact(session, set), cancellationToken);

    public Task RestartCompactionAsync(NamespaceKey key, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(SqliteSql.Named["restart_compaction"], key.Tenant, key.Name), cancellationToken);

    public Task EraseTracesAsync(CancellationToken cancellationToken) => Task.Run(database.EmptyLog, cancellationToken);

    public Task<Horizon> ReadHorizonAsync(long namespaceId, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Read(SqliteSql.Named["read_horizon"], StoredRows.Horizon, namespaceId).SingleOrDefault(), cancellationToken);

    private static CompactionSet FindSuperseded(SqliteSession session, long id, long cutoff, int keepVersions, int limit)
    {
        var progress = session.Read(SqliteSql.Named["read_compaction"], StoredRows.Progress, id).SingleOrDefault();
        var page = session.Read(SqliteSql.Named["find_page_end"], StoredRows.PageEnd, id, progress.Seq, cutoff, limit)[0];
        var ended = session.Read(
            SqliteSql.Named["find_ended_by_time"], StoredRows.Ended, id, cutoff, progress.End.Microseconds, progress.EndSeq, limit);
        var bounds = ended.Where(version => version.IsLast).Select(version => version.Bound).ToList();
        if (page.LastSeq is { } last)
        {
            bounds.AddRange(session.Read(
                SqliteSql.Named["find_ended_by_rows"], StoredRows.Bound, id, progress.Seq, last, cutoff, keepVersions));
        }

        var found = session.ReadEach(
            SqliteSql.Named["find_superseded"], StoredRows.Superseded,
            bounds.Select(object?[] (bound) => [id, bound.Coordinate.Text, bound.LastSeq, bound.CreatedSeq, bound.LastVersion]));
        var firstSeq = CompactionSets.LatestEnd(found) is not { } end ? (long?)null
            : session.Read(SqliteSql.Named["find_seq_at"], row => row.GetInt64(0), id, end.Microseconds)[0];
        return CompactionSets.ToSet(found, firstSeq, CompactionSets.Looked(id, progress, page, ended, limit));
    }

    private static int? Compact(SqliteSession session, CompactionSet set)
    {
        if (!session.Exists(SqliteSql.Named["has_horizon"], set.NamespaceId, set.Horizon.Seq))
        {
            return null;
        }

        var versions = 0;
        foreach (var seq in set.Seqs)
        {
            versions += session.Execute(SqliteSql.Named["drop_content"], set.NamespaceId, seq);
            session.Execute(SqliteSql.Named["delete_embedding"], set.NamespaceId, seq);
        }

        var (through, end, endSeq) = set.Progress;
        session.Execute(SqliteSql.Named["advance_compaction"], set.NamespaceId, through, end.Microseconds, endSeq);
        return versions;
    }
}
