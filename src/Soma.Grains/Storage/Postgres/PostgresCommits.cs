using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;
using Soma.Grains.Storage.Postgres.Failover;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Sends commits. Those that wait at the same time share a transaction.</summary>
/// <remarks>
/// <para>A commit of one row costs the server as much again for the message, the statements of the fence, the flush of its log and the answer.
/// So a sender that becomes free takes all that waits and is of one kind, up to <see cref="MostTogether"/>. Commits that only store memories
/// share one call of <c>soma.commit_batches</c>. If one of them is refused, the call applies nothing, and each is sent again alone; so it does
/// not concern the others. While such a call is under way, a further sender starts only if <see cref="Worthwhile"/> commits wait or the call
/// takes longer than <see cref="Patience"/>. Every other commit is a call of <c>soma.commit_batch</c>, and several of these a series of
/// statements.</para>
/// <para>Three things can happen to a series. It was not sent, because there was no connection: nothing was applied. The server answered,
/// for each commit, or with an ERROR that undid the whole series: then each is sent again alone, so that only the one at fault
/// fails. It was sent and no answer came (connection lost, timeout on this side): the outcome of all is unknown, because the server may
/// still be at work.</para>
/// </remarks>
internal sealed class PostgresCommits(DbDataSource dataSource, int senders, PostgresServers? servers = null)
{
    private const int MostTogether = 64;

    // A commit of many rows gains nothing by company, and the others would wait for it.
    private const int MostRowsInCompany = 64;

    // So many commits that wait are sent beside a series that is under way, and fewer wait for its end.
    private const int Worthwhile = 16;

    // After so long others no longer wait for a series: it may wait for a row, or the server is far away or slow.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly LinkedList<Commit> _waiting = [];
    private int _free = senders;

    // How many series of commits that can share are under way for which others wait.
    private int _awaited;

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
            StartSenderIfDue(isDue: !commit.CanShare);
        }
    }

    // Called under the lock. Whoever waits and is not due is taken by the sender of a series that is awaited.
    private void StartSenderIfDue(bool isDue = false)
    {
        if (_free > 0 && _waiting.Count > 0 && (isDue || _awaited == 0 || _waiting.Count >= Worthwhile))
        {
            _free--;
            _ = Task.Run(SendWaitingAsync);
        }
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
            // Said before it is sent: what the server does not apply can no longer share.
            var isAwaited = series[0].CanShare;
            var sending = SendTogetherAsync(series);
            if (isAwaited)
            {
                await Task.WhenAny(sending, Task.Delay(Patience));
                StopAwaiting(isSlow: !sending.IsCompleted);
            }

            await sending;
        }
    }

    private void StopAwaiting(bool isSlow)
    {
        lock (_lock)
        {
            _awaited--;
            if (isSlow)
            {
                StartSenderIfDue();
            }
        }
    }

    /// <returns>What to send next; empty: nothing waits, and the sender is free.</returns>
    private List<Commit> Take()
    {
        var (series, rows) = (new List<Commit>(), 0);
        lock (_lock)
        {
            for (var next = _waiting.First; next is not null && series.Count < MostTogether;)
            {
                var (node, commit) = (next, next.Value);
                next = next.Next;
                if (series.Count == 0 || (series[0].IsLike(commit) && rows + commit.Rows <= MostRowsInCompany))
                {
                    series.Add(commit);
                    rows += commit.Rows;
                    _waiting.Remove(node);
                }
            }

            _free += series.Count == 0 ? 1 : 0;
            _awaited += series is [{ CanShare: true }, ..] ? 1 : 0;
            StartSenderIfDue();
        }

        // Each commit locks the row of its namespace. In one order of the rows, no two series wait for each other.
        series.Sort((one, other) => one.Batch.NamespaceId.CompareTo(other.Batch.NamespaceId));
        return series;
    }

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

    /// <returns>False: the server applied nothing of the series, and each is to be sent alone.</returns>
    private async Task<bool> TryRunAsync(NpgsqlConnection connection, List<Commit> series)
    {
        await using var statements = new NpgsqlBatch(connection);
        using var warnings = new ReplicationWarnings(connection);
        try
        {
            var together = series[0].CanShare;
            if (together)
            {
                Add(statements, PostgresSql.Named["commit_batches"], PostgresStore.ToParameters([.. series.Select(commit => commit.Batch)]));
            }
            else
            {
                series.ForEach(commit => Add(
                    statements,
                    commit.Batch.AccessTimes.Count > 0 ? PostgresSql.Named["commit_touching"] : PostgresSql.Named["commit"],
                    PostgresStore.ToParameters(commit.Batch)));
            }

            var server = servers?.Current;
            var results = await PostgresErrors.GuardAsync(
                () => together ? ReadSharedResultAsync(statements) : ReadResultsAsync(statements, series.Count), PostgresErrors.OfCommit);
            if (results.Length == 0)
            {
                return false;
            }

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

    private static void Add(NpgsqlBatch statements, string sql, NpgsqlParameter[] parameters)
    {
        var statement = new NpgsqlBatchCommand(sql);
        statement.Parameters.AddRange(parameters);
        statements.BatchCommands.Add(statement);
    }

    /// <returns>The results, and the place in the server's write-ahead log that all commits had reached before their end; none: nothing was applied.</returns>
    private static async Task<(CommitResult Result, ulong Position)[]> ReadSharedResultAsync(NpgsqlBatch statements)
    {
        await using var reader = await statements.ExecuteReaderAsync();
        await reader.ReadAsync();
        var memories = await reader.IsDBNullAsync(0) ? [] : reader.GetFieldValue<long[]>(0);
        var position = (ulong)reader.GetFieldValue<NpgsqlLogSequenceNumber>(1);

        // The row arrives before the transaction ends. Only the end of the answer means that the commits are durable.
        await reader.NextResultAsync();
        return [.. memories.Select(count => (CommitResult.Committed(count), position))];
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
        private readonly bool _onlyStores = batch.OnlyStores;

        public CommitBatch Batch => batch;

        public int Rows => batch.Log.Count;

        /// <summary>Whether the commit was part of a series of which the server applied nothing.</summary>
        public bool IsAlone { get; set; }

        /// <summary>Whether it can be part of one statement with others.</summary>
        public bool CanShare => _onlyStores && !IsAlone && Rows <= MostRowsInCompany;

        /// <summary>Whether both can be in one series.</summary>
        public bool IsLike(Commit other) => (IsAlone, other.IsAlone, CanShare) == (false, false, other.CanShare);

        // The callers are grains, whose code must not run in the sender's loop.
        public TaskCompletionSource<CommitResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
