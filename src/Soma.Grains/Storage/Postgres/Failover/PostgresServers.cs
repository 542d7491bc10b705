using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Soma.Grains.Storage.Postgres.Failover;

/// <summary>Follows the database from one server to the next, and finds out whether the next one lacks acknowledged writes.</summary>
/// <remarks>
/// <para><b>When.</b> Every connection that is opened is asked for its server before anyone gets it. The first one to another server (a
/// promoted standby, or the same server after a restart) is compared with <see cref="AcknowledgedHeads"/>, and all others wait. So nothing is
/// read from a server, or written to it, that lacks what this process knows of.</para>
/// <para><b>How.</b> Each remembered commit is looked up in the log, by its seq, time and epoch. And the place that the newest commit had
/// in the write-ahead log is compared with the place up to which the server recovered: a promoted standby that received less lacks it. A
/// commit that was acknowledged in synchronous replication, or before a crash of a server that syncs its disk, lies before that place.</para>
/// <para><b>Others.</b> What is found is recorded in the database. Each process reads the record every second, and after a promotion in
/// asynchronous replication it first waits until the others have had the time to record what they know.</para>
/// </remarks>
public sealed class PostgresServers : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(250);

    // Two intervals: every other process that lives has met the server by then.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly LostWrites _lost;
    private readonly TimeProvider _clock;
    private readonly ILogger? _logger;
    private readonly bool _hasManyHosts;
    private readonly PostgresHosts _hosts;
    private readonly AcknowledgedHeads _heads = new();
    private readonly SemaphoreSlim _checking = new(1);
    private volatile ServerState? _checked;
    private volatile bool _wasUnknown;

    /// <param name="address">A connection string or a URL.</param>
    /// <param name="options">Limits.</param>
    /// <param name="lost">Told what is found.</param>
    /// <param name="clock">The pauses between two looks.</param>
    /// <param name="logger">Where findings are logged; null: nowhere.</param>
    public PostgresServers(string address, PostgresStoreOptions options, LostWrites lost, TimeProvider clock, ILogger<PostgresServers>? logger)
    {
        (_lost, _clock, _logger) = (lost, clock, logger);
        var hosts = PostgresDataSource.CreateEach(address, options, AdmitAsync);
        _hasManyHosts = hosts.Count > 1;
        _hosts = new PostgresHosts(hosts);
    }

    /// <summary>The connections of this process, each to the server that takes writes.</summary>
    public DbDataSource Connections => _hosts;

    /// <summary>The server that was checked last; null: none yet.</summary>
    internal ServerIdentity? Current => _checked?.Identity;

    /// <exception cref="StoreUnavailableException">The server lacks acknowledged writes.</exception>
    internal void ThrowIfLost() => _lost.ThrowIfAny();

    internal void OnTaken(long id, NamespaceKey key) => _heads.NoteName(id, key);

    /// <summary>Remembers an acknowledged commit.</summary>
    /// <param name="batch">What was sent.</param>
    /// <param name="result">What the server answered.</param>
    /// <param name="server">The server in use when the batch was sent. If it is another one by now, it is not certain which one answered.</param>
    /// <param name="position">A place in the server's write-ahead log before the commit's own record.</param>
    internal void OnAnswered(CommitBatch batch, CommitResult result, ServerIdentity? server, ulong position)
    {
        if (result.Status == CommitStatus.Committed)
        {
            _heads.Note(batch, server == Current ? server : null, position);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        Connections.Dispose();
        _checking.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var isFine = await LookAsync(stoppingToken);
            await Task.Delay(isFine ? Interval : RetryInterval, _clock, stoppingToken).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Finds the server that takes writes, and reads from it what other processes recorded.</summary>
    internal async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await Connections.OpenAsync(cancellationToken);
            var state = await ReadServerAsync(connection);
            if (state is { TakesWrites: false })
            {
                // It was made a standby or read-only while connections to it were open.
                await _hosts.LeaveAsync();
                return false;
            }

            await ExchangeAsync(connection, state, cancellationToken);
            return true;
        }
        catch (Exception failure) when (PostgresErrors.IsStoreFailure(failure) || cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Called with each new connection: see the remarks.</summary>
    private async Task AdmitAsync(NpgsqlConnection connection)
    {
        var read = await ReadServerAsync(connection);
        if (_hasManyHosts && read is { TakesWrites: false })
        {
            throw new NpgsqlException("The server takes no writes.");
        }

        if (read is not { TakesWrites: true } state || state.Identity == Current)
        {
            return;
        }

        await _checking.WaitAsync();
        try
        {
            if (state.Identity != Current)
            {
                await CheckAsync(connection, state);
                _checked = state;
            }
        }
        finally
        {
            _checking.Release();
        }
    }

    private async Task CheckAsync(NpgsqlConnection connection, ServerState state)
    {
        var found = await FindLostAsync(connection, state);
        if (found.Count > 0)
        {
            Report(found);
        }
        else if (_checked is { IsSynchronous: false } before && before.Identity.Timeline != state.Identity.Timeline)
        {
            await Task.Delay(Grace, _clock);
        }

        if (state.HasRecord)
        {
            await WriteAndReadAsync(connection, state, CancellationToken.None);
        }

        if (_checked is not null && found.Count == 0 && _logger is not null)
        {
            Log.ServerChanged(_logger, state.Identity.System, state.Identity.Timeline, state.Identity.Started);
        }
    }

    private async Task<IReadOnlyList<LostStretch>> FindLostAsync(NpgsqlConnection connection, ServerState state)
    {
        var (heads, server, position) = _heads.Read();
        if (!state.HasRecord)
        {
            return [];
        }

        var isCut = server is not null && server != state.Identity && server.System == state.Identity.System
            && state.ReplayedTo <= position && !await LossRecord.WasAcceptedAsync(connection, state.Identity);
        var missing = new List<(long Id, bool IsThere, long Head)>();
        // A server that has just been promoted has nothing in its cache. Each statement stays well within its timeout.
        foreach (var some in heads.Chunk(1000))
        {
            missing.AddRange(await LossRecord.FindLostAsync(connection, some));
        }

        var known = heads.ToDictionary(head => head.Id);
        // A namespace without a row was deleted, unless the server's log is known to be cut off.
        var lost = missing.Where(row => (row.IsThere || isCut) && known[row.Id].Key is not null)
            .Select(row => new LostStretch(known[row.Id].Key, known[row.Id].Seq, row.Head)).ToList();
        return lost.Count > 0 || !isCut ? lost : [new LostStretch(null, 0, 0)];
    }

    private async Task ExchangeAsync(NpgsqlConnection connection, ServerState? state, CancellationToken cancellationToken)
    {
        await _checking.WaitAsync(cancellationToken);
        try
        {
            // The server may have got or lost its synchronous standby since.
            _checked = state is not null && state.Identity == Current ? state : _checked;
            await WriteAndReadAsync(connection, state, cancellationToken);
        }
        finally
        {
            _checking.Release();
        }
    }

    /// <summary>Records what was found here, and takes over what is on record. Only one at a time does this.</summary>
    private async Task WriteAndReadAsync(NpgsqlConnection connection, ServerState? state, CancellationToken cancellationToken)
    {
        var unrecorded = state is null ? [] : _lost.Unrecorded;
        if (unrecorded.Count > 0)
        {
            await LossRecord.WriteAsync(connection, state!.Identity, unrecorded);
        }

        var wasKnown = _lost.Known is not null;
        var onRecord = await LossRecord.ReadAsync(connection, cancellationToken);
        if (_lost.Recorded(unrecorded, onRecord))
        {
            _heads.Forget();
            if (_logger is not null)
            {
                Log.LossAccepted(_logger);
            }
        }
        else if (!wasKnown && onRecord.Count > 0)
        {
            LogLost(onRecord);
        }
    }

    private void Report(IReadOnlyList<LostStretch> found)
    {
        _lost.Report(found);
        LogLost(found);
    }

    private void LogLost(IReadOnlyList<LostStretch> found)
    {
        const int Most = 100;
        if (_logger is not null)
        {
            Log.WritesLost(_logger, string.Join("; ", found.Take(Most)) + (found.Count > Most ? $"; and {found.Count - Most} more" : ""));
        }
    }

    /// <summary>What the server says of itself; null: it does not say.</summary>
    private async Task<ServerState?> ReadServerAsync(NpgsqlConnection connection)
    {
        try
        {
            return await LossRecord.ReadServerAsync(connection);
        }
        catch (PostgresException refusal) when (refusal.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedFunction)
        {
            if (_logger is not null && !_wasUnknown)
            {
                Log.ServerUnknown(_logger, refusal.MessageText);
            }

            _wasUnknown = true;
            return null;
        }
    }
}
