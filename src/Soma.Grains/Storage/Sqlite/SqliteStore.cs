namespace Soma.Grains.Storage.Sqlite;

/// <summary>The canonical store of a single process: one database file in a locked folder.</summary>
/// <remarks>Writes run on the thread of the writer and reads on the thread pool, because SQLite blocks and callers are on grain turns.</remarks>
public sealed partial class SqliteStore(SqliteDatabase database) : ICanonicalStore
{
    public bool IsExclusive => true;

    public Task CreateNamespaceAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.Execute(SqliteSql.Named["create_namespace"], key.Tenant, key.Name), cancellationToken);

    public Task<TakenNamespace?> TakeEpochAsync(NamespaceKey key, TimeSpan lease, CancellationToken cancellationToken) =>
        database.WriteAsync(session => TakeEpoch(session, key, lease), cancellationToken);

    public Task<bool> ReleaseAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.Execute(SqliteSql.Named["release"], namespaceId, epoch) > 0, cancellationToken);

    public Task<IReadOnlyDictionary<long, NamespaceEpoch>> ReadEpochsAsync(
        IReadOnlyCollection<long> namespaceIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<long, NamespaceEpoch>>(
            session => session
                .ReadEach(SqliteSql.Named["read_epoch"], StoredRows.Epoch, namespaceIds.Distinct().Select(object?[] (id) => [id]))
                .ToDictionary(row => row.Id, row => row.Epoch),
            cancellationToken);

    public Task CheckWritableAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.Execute(SqliteSql.Named["check_writable"]), cancellationToken);

    private static TakenNamespace? TakeEpoch(SqliteSession session, NamespaceKey key, TimeSpan lease)
    {
        // The row is read before the update, because the update overwrites the release and the lease of the previous owner.
        if (session.Read(SqliteSql.Named["read_namespace"], StoredRows.Taken, key.Tenant, key.Name) is not [var found])
        {
            return null;
        }

        session.Execute(SqliteSql.Named["take_epoch"], found.Id, (long)lease.TotalMilliseconds);
        return found with { Epoch = found.Epoch + 1 };
    }
}
