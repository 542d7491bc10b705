using Npgsql;

namespace Soma.Grains.Storage.Postgres;

/// <summary>What a failure of Postgres says about the statement that failed.</summary>
/// <remarks>
/// After an ERROR of the server, the statement was undone. A FATAL ends the session and may come after the commit (for example if an
/// administrator ends a session that waits for a standby), so the outcome is unknown, as it is if no answer comes.
/// </remarks>
internal static class PostgresErrors
{
    /// <summary>Translates failures of a commit that was sent.</summary>
    public static Exception OfCommit(Exception exception) => exception switch
    {
        PostgresException error when IsAnsweredError(error) => OfAnswer(error),
        _ => new CommitUnknownException("Postgres did not say whether the commit happened.", exception),
    };

    /// <summary>Translates failures of statements that can be repeated without harm.</summary>
    public static Exception OfStatement(Exception exception) => exception switch
    {
        PostgresException error when IsAnsweredError(error) => OfAnswer(error),
        _ => new StoreUnavailableException("Postgres cannot be reached.", exception),
    };

    /// <summary>The database cannot be reached, or refuses the user: the server's own message, for an operator.</summary>
    public static Exception OfOpening(Exception exception) => new StoreUnavailableException(FirstLine(exception), exception);

    public static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].Trim();

    /// <summary>Does the work and translates failures of the store.</summary>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> work, Func<Exception, Exception> translate)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (IsStoreFailure(exception))
        {
            throw translate(exception);
        }
    }

    /// <summary>Whether the exception is a failure of the store. Anything else is a defect of Soma and must not be hidden as one.</summary>
    public static bool IsStoreFailure(Exception exception) =>
        exception is NpgsqlException or TimeoutException or IOException or ObjectDisposedException or System.Net.Sockets.SocketException;

    /// <summary>Whether the server could not do the work now, whatever the work was: it ends, starts, follows another one, or has no room or no time.</summary>
    public static bool IsOfServer(PostgresException error) =>
        !IsAnsweredError(error)
        || error.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable
        || error.SqlState.StartsWith("08", StringComparison.Ordinal)
        || error.SqlState.StartsWith("53", StringComparison.Ordinal)
        || error.SqlState.StartsWith("57P", StringComparison.Ordinal);

    private static bool IsAnsweredError(PostgresException error) => error.InvariantSeverity == "ERROR";

    private static Exception OfAnswer(PostgresException error) =>
        IsContent(error.SqlState)
            ? new RowRejectedException($"Postgres refused a row ({error.SqlState}).", error)
            : new StoreUnavailableException($"Postgres refused the statement ({error.SqlState}).", error);

    // 22 data, 23 integrity, 54 beyond a limit of the server. 55P03 and 57014 (the time-outs) and 53100 (disk full) are none.
    private static bool IsContent(string sqlState) =>
        sqlState.StartsWith("22", StringComparison.Ordinal)
        || sqlState.StartsWith("23", StringComparison.Ordinal)
        || sqlState.StartsWith("54", StringComparison.Ordinal);
}
