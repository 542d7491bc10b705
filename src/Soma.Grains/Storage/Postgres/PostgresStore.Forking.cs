using Npgsql;
using Soma.Grains.Storage.Forking;

namespace Soma.Grains.Storage.Postgres;

// Forks: the statements of Sql/Archives/forking.sql in one transaction, in which the server copies its own rows. Only the last of them
// locks a row that others use, the one that has the name.
public sealed partial class PostgresStore : IForkStore
{
    // A first write may create the row of the name at the same moment. That can happen once; afterwards there is a row to lock.
    private const int ForkAttempts = 3;

    public async Task<ForkResult> ForkAsync(ForkRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await PostgresErrors.GuardAsync(() => ForkOnceAsync(request, cancellationToken), PostgresErrors.OfStatement);
            }
            catch (RowRejectedException failure) when (
                attempt < ForkAttempts && failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                // The row is there now, and the next attempt locks it.
            }
        }
    }

    private async Task<ForkResult> ForkOnceAsync(ForkRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var work = new PostgresFork(connection, request, cancellationToken);
        var result = await work.RunAsync();
        if (result.Status == ForkStatus.Forked)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return result;
    }
}
