using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;
using Soma.Grains.Storage.Postgres.Failover;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Sends commits, each a call of <c>soma.commit_batch</c>. Those that wait at the same time share a transaction.</summary>
/// <remarks>
/// <para>A commit of one row costs the server as much again for the message, the flush of its log and the answer. So a sender that becomes
/// free takes all that waits, up to <see cref="MostTogether"/>, and sends it as one series of statements. Each has its own fence, so one that
/// is refused does not concern the others.</para>
/// <para>Three things can happen to a series. It was not sent, because there was no connection: nothing was applied. The server answered,
/// for each commit, or with an ERROR that undid the whole series: then each is sent again alone, so that only the one at fault
/// fails. It was sent and no answer came (connection lost, timeout on this side): the outcome of all is unknown, because the server may
/// still be at work.</para>
/// </remarks>
internal sealed class PostgresCommits(DbDataSource dataSource, int senders, PostgresServers? servers = null)
{
    private const int MostTogether = 16;

    // A commit of many rows gains nothing by company, and the others would wait for it.
    private const int MostRowsInCompany = 64;

    private readonly Lock _lock = new();
    private readonly LinkedList<Commit> _waiting = [];
    private int _free = senders;

    /// <param name="batch">What to commit.</param>
    /// <param name="cancellationToken">Ends the wait. A commit that was sent by then goes on, and its outcome is unknown.</param>
    public async Task<CommitResult> SendAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var commit = new Commit(batch);
        Enqueue(commit);
        try
        {
            return await commit.Done.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            throw Withdraw(commit) ? exception : PostgresErrors.OfCommit(exception);
        }
    }

    private void EnqueueAlone(Commit commit)
    {
        commit.IsAlone = true;
        Enqueue(commit);
    }

    private void Enqueue(Commit commit)
    {
        lock (_lock)
        {
            _waiting.AddLast(commit);
            if (_free == 0)
            {
                return;
            }

            _free--;
        }

        _ = Task.Run(SendWaitingAsync);
    }

    /// <returns>Whether the commit still waited, so that it was never sent.</returns>
    private bool Withdraw(Commit commit)
    {
        lock (_lock)
        {
            return _waiting.Remove(commit);
        }
    }

    private async Task SendWaitingAsync()
    {
        while (Take() is { Count: > 0 } series)
        {
            await SendTogetherAsync(series);
        }
    }

    /// <returns>What to send next; empty: nothing waits, and the sender is free.</returns>
    private List<Commit> Take()
    {
        var series = new List<Commit>();
        lock (_lock)
        {
            while (_waiting.First is { } next && (series.Count == 0 || HasRoom(series, next.Value)))
            {
                series.Add(next.Value);
                _waiting.RemoveFirst();
            }

            _free += series.Count == 0 ? 1 : 0;
        }

        // Each commit locks the row of its namespace. In one order of the rows, no two series wait for each other.
        series.Sort((one, other) => one.Batch.NamespaceId.CompareTo(other.Batch.NamespaceId));
        return series;
    }

    private static bool HasRoom(List<Commit> series, Commit next) =>
        series.Count < MostTogether && !series[0].IsAlone && !next.IsAlone && series.Sum(commit => commit.Batch.Log.Count) + next.Batch.Log.Count <= MostRowsInCompany;

    [SuppressMessage("Design", "CA1031", Justification = "The boundary of a sender: every failure reaches the callers who wait for it.")]
    private async Task SendTogetherAsync(List<Commit> series)
    {
        try
        {
            await using var connection = await PostgresErrors.GuardAsync(
                () => dataSource.OpenAsync(CancellationToken.None), PostgresErrors.OfStatement);
            servers?.ThrowIfLost();
            if (!await TryRunAsync(connection, series))
            {
                series.ForEach(EnqueueAlone);
            }
        }
        catch (Exception exception)
        {
            series.ForEach(commit => commit.Done.TrySetException(exception));
        }
    }

    /// <returns>False: the server undid a series of several, and each is to be sent alone.</returns>
    private async Task<bool> TryRunAsync(NpgsqlConnection connection, List<Commit> series)
    {
        await using var statements = new NpgsqlBatch(connection);
        using var warnings = new ReplicationWarnings(connection);
        try
        {
            foreach (var commit in series)
            {
                var statement = new NpgsqlBatchCommand(
                    commit.Batch.AccessTimes.Count > 0 ? PostgresSql.Named["commit_touching"] : PostgresSql.Named["commit"]);
                statement.Parameters.AddRange(PostgresStore.ToParameters(commit.Batch));
                statements.BatchCommands.Add(statement);
            }

            var server = servers?.Current;
            var results = await PostgresErrors.GuardAsync(() => ReadResultsAsync(statements, series.Count), PostgresErrors.OfCommit);
            if (warnings.Any)
            {
                throw new CommitUnknownException(ReplicationWarnings.Text, new NpgsqlException(ReplicationWarnings.Text));
            }

            for (var i = 0; i < series.Count; i++)
            {
                servers?.OnAnswered(series[i].Batch, results[i].Result, server, results[i].Position);
                series[i].Done.TrySetResult(results[i].Result);
            }

            return true;
        }
        catch (Exception exception) when (series.Count > 1 && exception is StoreUnavailableException or RowRejectedException)
        {
            return false;
        }
    }

    /// <returns>The results, and the place in the server's write-ahead log that each commit had reached before its end.</returns>
    private static async Task<(CommitResult Result, ulong Position)[]> ReadResultsAsync(NpgsqlBatch statements, int count)
    {
        var results = new (CommitResult, ulong)[count];
        await using var reader = await statements.ExecuteReaderAsync();
        for (var i = 0; i < count; i++)
        {
            await reader.ReadAsync();
            results[i] = (ToResult(reader), (ulong)reader.GetFieldValue<NpgsqlLogSequenceNumber>(3));

            // The rows arrive before the transaction ends. Only the end of the last answer means that the commits are durable.
            await reader.NextResultAsync();
        }

        return results;
    }

    private static CommitResult ToResult(NpgsqlDataReader row) => row.GetInt32(0) switch
    {
        0 => CommitResult.Committed(row.GetInt64(2)),
        1 => CommitResult.Fenced,
        _ => CommitResult.Clash([.. row.GetFieldValue<byte[][]>(1).Select(StoredText.FromBytes)]),
    };

    /// <summary>A commit that a caller waits for.</summary>
    private sealed class Commit(CommitBatch batch)
    {
        public CommitBatch Batch => batch;

        /// <summary>Whether the commit was part of a series that the server undid.</summary>
        public bool IsAlone { get; set; }

        // The callers are grains, whose code must not run in the sender's loop.
        public TaskCompletionSource<CommitResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
