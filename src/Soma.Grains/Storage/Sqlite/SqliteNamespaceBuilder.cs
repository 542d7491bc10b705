using Soma.Grains.Storage.Archives;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>Builds whole namespaces in a data folder that nobody serves: it holds the folder's lock.</summary>
public sealed class SqliteNamespaceBuilder : INamespaceBuilder
{
    private const int RowsAtOnce = 2_000;

    // The limit of one transaction, so that the WAL stays small even if the rows are large.
    private const long BytesAtOnce = 8 << 20;

    private readonly SqliteDatabase _database;
    private readonly string _serviceId;

    private SqliteNamespaceBuilder(SqliteDatabase database, string serviceId) => (_database, _serviceId) = (database, serviceId);

    /// <param name="folder">The data folder, made where it is missing.</param>
    /// <param name="serviceId">Under which service settings are filed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DataFolderException">Another process has it, or it cannot be written.</exception>
    /// <exception cref="SchemaException">The database cannot be migrated, or is too new.</exception>
    public static async Task<SqliteNamespaceBuilder> OpenAsync(string folder, string serviceId, CancellationToken cancellationToken)
    {
        var database = new SqliteDatabase(folder);
        try
        {
            await database.InitializeAsync(cancellationToken);
            return new SqliteNamespaceBuilder(database, serviceId);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await _database.WriteAsync(session => session.Execute(SqliteArchive.Sql["mark_swept"]), cancellationToken);
        foreach (var id in await _database.ReadAsync(
            session => session.Read(SqliteArchive.Sql["list_swept"], row => row.GetInt64(0)), cancellationToken))
        {
            foreach (var table in ArchiveTables.Swept)
            {
                await _database.WriteAsync(session => session.Execute(SqliteArchive.Sql[$"sweep_{table}"], id), cancellationToken);
            }
        }
    }

    public Task<IReadOnlyList<ArchivedNamespace>> ListAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(session => SqliteArchive.List(session, _serviceId), cancellationToken);

    public Task<long> BeginAsync(CancellationToken cancellationToken) =>
        _database.WriteAsync(session => session.Read(SqliteArchive.Sql["begin"], row => row.GetInt64(0))[0], cancellationToken);

    public async Task WriteAsync(long id, ArchiveTable table, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        var page = new List<object?[]>();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            page.Add([id, .. row]);
            bytes += row.Sum(value => value is byte[] blob ? blob.LongLength : 0);
            if (page.Count == RowsAtOnce || bytes >= BytesAtOnce)
            {
                await InsertAsync(table, page, cancellationToken);
                (page, bytes) = ([], 0);
            }
        }

        await InsertAsync(table, page, cancellationToken);
    }

    public Task NumberVersionsAsync(long id, CancellationToken cancellationToken) =>
        _database.WriteAsync(session => session.Execute(SqliteArchive.Sql["number_versions"], id), cancellationToken);

    public Task DeriveAsync(long id, CancellationToken cancellationToken) => _database.WriteAsync(
        session => session.Execute(SqliteArchive.Sql["derive_memories"], id) + session.Execute(SqliteArchive.Sql["derive_links"], id),
        cancellationToken);

    public Task<NamespaceFacts> ExamineAsync(long id, CancellationToken cancellationToken) =>
        _database.ReadAsync(session => SqliteArchive.Examine(session, id), cancellationToken);

    public Task<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken) =>
        _database.WriteAsync(session => Publish(session, publication, _serviceId), cancellationToken);

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<int> InsertAsync(ArchiveTable table, List<object?[]> page, CancellationToken cancellationToken)
    {
        var sql = SqliteArchive.Sql[$"write_{table.Name}"];
        return _database.WriteAsync(session => page.Sum(row => session.Execute(sql, row)), cancellationToken);
    }

    // The folder's lock is held, so nobody answers reads under a lease, and the writer's transaction is the only one.
    internal static PublishResult Publish(SqliteSession session, Publication publication, string serviceId)
    {
        var (key, row) = (publication.Key, publication.Row);
        var found = session.Read(
            SqliteArchive.Sql["read_predecessor"], old => (Id: old.GetInt64(0), Epoch: old.GetInt64(1), Head: old.GetInt64(2)), key.Tenant, key.Name);
        if (found is [{ Head: > 0 }] && !publication.Replace)
        {
            return new PublishResult(PublishStatus.NotEmpty, TimeSpan.Zero);
        }

        if (!session.Exists(SqliteArchive.Sql["is_building"], publication.Id))
        {
            return new PublishResult(PublishStatus.Swept, TimeSpan.Zero);
        }

        if (found is [var predecessor])
        {
            session.Execute(SqliteArchive.Sql["retire"], predecessor.Id);
        }

        var epoch = Math.Max(row.Epoch, found is [var before] ? before.Epoch : 0) + 1;
        session.Execute(
            SqliteArchive.Sql["publish"], publication.Id, key.Tenant, key.Name, epoch, row.CommitNo, row.HeadSeq, row.LastAt, row.Counts.Episodic,
            row.Counts.Semantic, row.Counts.Belief, row.Counts.Vectors, row.Horizon, row.BroughtDimension, row.ActiveSpace, row.LargestImportance);
        if (publication.SetsSettings)
        {
            session.Execute(
                SqliteArchive.Sql["put_settings"],
                serviceId, NamespaceGrain.StateName, SqliteArchive.GrainIdOf(key), publication.Settings);
        }

        return new PublishResult(PublishStatus.Published, TimeSpan.Zero);
    }
}
