using System.Data.Common;
using Npgsql;

namespace Soma.Grains.Storage.Postgres.Failover;

/// <summary>Opens connections to the one of several hosts that takes writes.</summary>
/// <remarks>
/// The host in use is kept until a connection to it cannot be opened; then all others are tried, once for all who wait. Npgsql's own choice
/// among hosts is not used: it asks a host that accepts connections and then says nothing again for every connection, and waits for it each time.
/// </remarks>
internal sealed class PostgresHosts(IReadOnlyList<NpgsqlDataSource> hosts) : DbDataSource
{
    private readonly Lock _lock = new();
    private volatile int _inUse;
    private Task<int>? _search;

    public override string ConnectionString => hosts[_inUse].ConnectionString;

    protected override DbConnection CreateDbConnection() => hosts[_inUse].CreateConnection();

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await hosts[_inUse].OpenConnectionAsync(cancellationToken);
        }
        catch (Exception failure) when (hosts.Count > 1 && PostgresErrors.IsStoreFailure(failure))
        {
            return await hosts[await JoinSearch().WaitAsync(cancellationToken)].OpenConnectionAsync(cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var host in hosts)
        {
            host.Dispose();
        }

        base.Dispose(disposing);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }

        await base.DisposeAsyncCore();
    }

    /// <summary>Leaves the host in use, if another one takes writes.</summary>
    public Task LeaveAsync() => JoinSearch();

    private Task<int> JoinSearch()
    {
        lock (_lock)
        {
            return _search is { IsCompleted: false } running ? running : _search = Task.Run(SearchAsync);
        }
    }

    /// <summary>The next host that takes writes; the one in use is asked last.</summary>
    private async Task<int> SearchAsync()
    {
        var (before, failure) = (_inUse, (Exception?)null);
        for (var i = 1; i <= hosts.Count; i++)
        {
            var host = (before + i) % hosts.Count;
            try
            {
                await using var connection = await hosts[host].OpenConnectionAsync();
                return _inUse = host;
            }
            catch (Exception e) when (PostgresErrors.IsStoreFailure(e))
            {
                failure = e;
            }
        }

        throw new NpgsqlException("None of the hosts takes writes.", failure);
    }
}
