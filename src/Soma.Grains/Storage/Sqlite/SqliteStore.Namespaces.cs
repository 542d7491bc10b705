using Soma.Grains.Storage.Archives;

namespace Soma.Grains.Storage.Sqlite;

// Lists whole namespaces and deletes them: the steps of soma.remove_namespace on Postgres, inside the writer's transaction.
public sealed partial class SqliteStore : INamespaceStore
{
    public Task<IReadOnlyList<NamespaceSummary>> ListAsync(ListNamespaces query, CancellationToken cancellationToken) => ReadEachAsync(
        SqliteSql.Named["list_namespaces"], StoredRows.Summary, [[query.Tenant, query.After ?? "", query.Prefix, query.Limit]], cancellationToken);

    public Task<RemovedNamespace?> RemoveAsync(NamespaceRemoval removal, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Remove(session, removal), cancellationToken);

    public Task<IReadOnlyList<RemovedNamespace>> FindRemovedAsync(int limit, CancellationToken cancellationToken) =>
        ReadEachAsync(SqliteSql.Named["find_removed"], StoredRows.Removed, [[limit]], cancellationToken);

    public Task<int> SweepRemovedAsync(long id, int limit, CancellationToken cancellationToken) => database.WriteAsync(
        session => ArchiveTables.Swept.Select(table => session.Execute(SqliteArchive.Sql[$"trim_{table}"], id, limit)).FirstOrDefault(deleted => deleted > 0),
        cancellationToken);

    private static RemovedNamespace? Remove(SqliteSession session, NamespaceRemoval removal)
    {
        var found = session.Read(
            SqliteSql.Named["read_removable"],
            row => (Key: new NamespaceKey(row.GetString(0), row.GetString(1)), Removed: StoredRows.Removed(removal.Id, row, 2)),
            removal.Id);
        if (found is not [var (key, removed)])
        {
            return null;
        }

        if (key.Tenant is "~replaced" or "~swept")
        {
            return removed with { Epoch = 0 };
        }

        if (key != removal.Key)
        {
            return null;
        }

        session.Execute(SqliteSql.Named["remove_namespace"], removal.Id);
        session.Execute(SqliteSql.Named["remove_settings"], removal.ServiceId, NamespaceGrain.StateName, SqliteArchive.GrainIdOf(key));
        return removed;
    }
}
