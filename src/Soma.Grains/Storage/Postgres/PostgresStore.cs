using System.Data.Common;
using Npgsql;
using Soma.Grains.Storage.Postgres.Failover;

namespace Soma.Grains.Storage.Postgres;

/// <summary>The canonical store on Postgres, which many silos share; the row of a namespace fences its commits.</summary>
/// <remarks>
/// Every operation is one statement, or a series of commits that is sent whole, in a transaction of its own; so the server never holds a
/// lock while it waits for this process. <see cref="PostgresSchema"/> must have brought the database up to date before the first call.
/// <para>A statement is sent once its connection is there, because a new connection may be the first to a server that has lost acknowledged
/// writes (<see cref="PostgresServers"/>). That server is asked for nothing more.</para>
/// </remarks>
public sealed partial class PostgresStore(DbDataSource dataSource, PostgresStoreOptions options, PostgresServers? servers = null) : ICanonicalStore
{
    private readonly PostgresCommits _commits = new(dataSource, options.MaxConcurrentCommits, servers);

    public bool IsExclusive => false;

    // Also while the server lacks acknowledged writes: it works, and the health names the loss beside it.
    public Task CheckWritableAsync(CancellationToken cancellationToken) =>
        ExecuteAsync(PostgresSql.Named["check_writable"], [], isRefused: false, cancellationToken);

    public async Task<StatsReply> ReadStatsAsync(bool includeNamespaces, CancellationToken cancellationToken)
    {
        if (!includeNamespaces)
        {
            var totals = await ReadRowsAsync(PostgresSql.Named["read_totals"], [], row => StoredRows.Counts(row, 0), cancellationToken);
            return new StatsReply { Total = totals[0] };
        }

        return NamespaceTotals.ToReply(await ReadRowsAsync(PostgresSql.Named["read_stats"], [], StoredRows.Stats, cancellationToken));
    }

    private Task<int> ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        ExecuteAsync(sql, parameters, isRefused: true, cancellationToken);

    private Task<int> ExecuteAsync(string sql, NpgsqlParameter[] parameters, bool isRefused, CancellationToken cancellationToken) =>
        PostgresErrors.GuardAsync(
            async () =>
            {
                await using var connection = await dataSource.OpenAsync(cancellationToken);
                if (isRefused)
                {
                    servers?.ThrowIfLost();
                }

                await using var command = new NpgsqlCommand(sql, connection);
                using var warnings = new ReplicationWarnings(connection);
                var changed = await command.ExecuteAsync(parameters, cancellationToken);
                return warnings.Any ? throw new StoreUnavailableException(ReplicationWarnings.Text) : changed;
            },
            PostgresErrors.OfStatement);

    private Task<List<T>> ReadRowsAsync<T>(
        string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        PostgresErrors.GuardAsync(
            async () =>
            {
                await using var connection = await dataSource.OpenAsync(cancellationToken);
                servers?.ThrowIfLost();
                await using var command = new NpgsqlCommand(sql, connection);
                return await command.ReadRowsAsync(parameters, read, cancellationToken);
            },
            PostgresErrors.OfStatement);
}
