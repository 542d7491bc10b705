using Npgsql;

namespace Soma.Grains.Storage.Postgres;

/// <summary>The canonical store on Postgres, which many silos share; the row of a namespace fences its commits.</summary>
/// <remarks>
/// Every operation is one statement in a transaction of its own, so the server never holds a lock while it waits for this
/// process. <see cref="PostgresSchema"/> must have brought the database up to date before the first call.
/// </remarks>
public sealed partial class PostgresStore(NpgsqlDataSource dataSource, PostgresStoreOptions options) : ICanonicalStore, IDisposable
{
    private readonly SemaphoreSlim _commits = new(options.MaxConcurrentCommits);

    public bool IsExclusive => false;

    public async Task CheckWritableAsync(CancellationToken cancellationToken) =>
        await ExecuteAsync(PostgresSql.Named["check_writable"], [], cancellationToken);

    public async Task<StatsReply> ReadStatsAsync(bool includeNamespaces, CancellationToken cancellationToken)
    {
        if (!includeNamespaces)
        {
            var totals = await ReadRowsAsync(PostgresSql.Named["read_totals"], [], row => StoredRows.Counts(row, 0), cancellationToken);
            return new StatsReply { Total = totals[0] };
        }

        var namespaces = await ReadRowsAsync(PostgresSql.Named["read_stats"], [], StoredRows.Stats, cancellationToken);
        return NamespaceTotals.ToReply(namespaces);
    }

    public void Dispose() => _commits.Dispose();

    private async Task<int> ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = dataSource.CreateCommand(sql);
            command.Parameters.AddRange(parameters);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception exception) when (PostgresErrors.IsStoreFailure(exception))
        {
            throw PostgresErrors.OfStatement(exception);
        }
    }

    private async Task<List<T>> ReadRowsAsync<T>(
        string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = dataSource.CreateCommand(sql);
            command.Parameters.AddRange(parameters);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
        catch (Exception exception) when (PostgresErrors.IsStoreFailure(exception))
        {
            throw PostgresErrors.OfStatement(exception);
        }
    }
}
