using Npgsql;

namespace Soma.Grains.Storage.Postgres;

// One commit: one call of soma.commit_batch (Sql/Migrations/0002_commit.sql has the protocol), sent as one statement in
// auto-commit. Three things can happen:
//   1. It was not sent: no connection, or the caller gave up while waiting for one. Certainly not applied.
//   2. The server answered: applied, fenced, clash, or an ERROR that undid it. The answer is the outcome.
//   3. It was sent and no answer came (connection lost, this side's time-out, cancellation): unknown. It may still be
//      running, or arrive later; AdvanceEpochAsync and then WasAppliedAsync decide.
// The server's own time-outs are shorter than this side's, so that 3 means a lost server or network, not a slow one.
public sealed partial class PostgresStore
{
    public async Task<CommitResult> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        BatchRules.Check(batch);
        var parameters = CommitParameters.From(batch);
        await _commits.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            return await SendAsync(connection, parameters, cancellationToken);
        }
        finally
        {
            _commits.Release();
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await dataSource.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception exception) when (PostgresErrors.IsStoreFailure(exception))
        {
            throw PostgresErrors.OfStatement(exception);
        }
    }

    private static async Task<CommitResult> SendAsync(
        NpgsqlConnection connection, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresSql.Named["commit"], connection);
        command.Parameters.AddRange(parameters);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var result = ToResult(reader);
            // The row arrives before the transaction ends: only the end of the answer says that it is durable.
            while (await reader.NextResultAsync(cancellationToken))
            {
            }

            return result;
        }
        catch (Exception exception) when (PostgresErrors.IsStoreFailure(exception) || exception is OperationCanceledException)
        {
            throw PostgresErrors.OfCommit(exception);
        }
    }

    private static CommitResult ToResult(NpgsqlDataReader row) => row.GetInt32(0) switch
    {
        0 => CommitResult.Committed(row.GetInt64(2)),
        1 => CommitResult.Fenced,
        _ => CommitResult.Clash([.. row.GetFieldValue<byte[][]>(1).Select(StoredText.FromBytes)]),
    };
}
