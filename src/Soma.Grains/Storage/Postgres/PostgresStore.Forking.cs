using System.Data;
using Npgsql;
using Soma.Grains.Storage.Forking;

namespace Soma.Grains.Storage.Postgres;

// Forks: the statements of Sql/Archives/forking.sql in one transaction, in which the server copies its own rows. Only the last of them
// locks a row that others use, the one that has the name.
public sealed partial class PostgresStore : IForkStore
{
    // A first write may create the row of the name at the same moment, and its owner take it.
    private const int ForkAttempts = 3;

    public async Task<ForkResult> ForkAsync(ForkRequest request, CancellationToken cancellationToken)
    {
        var isUnknown = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await PostgresErrors.GuardAsync(() => ForkOnceAsync(request, cancellationToken), PostgresErrors.OfStatement);
            }
            catch (Exception failure) when (attempt < ForkAttempts && failure.InnerException is PostgresException
            {
                SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure,
            })
            {
                // The row of the name was made, or changed, since the snapshot. The next attempt sees it.
            }
            catch (CommitUnknownException) when (attempt < ForkAttempts && request.Key is not null)
            {
                // If it was applied, the next attempt finds it by its key.
                isUnknown = true;
            }
            catch (Exception failure) when (failure is CommitUnknownException || (isUnknown && failure is StoreUnavailableException))
            {
                throw new OutcomeUnknownException("The store did not say whether the fork was made.");
            }
        }
    }

    private async Task<ForkResult> ForkOnceAsync(ForkRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var work = new PostgresFork(connection, request, cancellationToken);
        var result = await work.RunAsync();
        if (result.Status == ForkStatus.Forked)
        {
            await PostgresErrors.GuardAsync(
                async () =>
                {
                    await transaction.CommitAsync(cancellationToken);
                    return true;
                },
                PostgresErrors.OfCommit);
        }

        return result;
    }
}
