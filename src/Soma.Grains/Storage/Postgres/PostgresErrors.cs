using Npgsql;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Storage.Postgres;

/// <summary>What a failure of Postgres says about the statement that failed.</summary>
/// <remarks>
/// An ERROR that the server itself reports undid the statement. A FATAL ends the session, and may come after the commit
/// (an administrator's command during the wait for a standby): the outcome is unknown, as it is when nothing comes at all.
/// </remarks>
internal static class PostgresErrors
{
    /// <summary>Failures of a commit that was sent.</summary>
    public static Exception OfCommit(Exception exception) => exception switch
    {
        PostgresException error when IsAnsweredError(error) => OfAnswer(error),
        _ => new CommitUnknownException("Postgres did not say whether the commit happened.", exception),
    };

    /// <summary>Failures of anything that is sent again without harm.</summary>
    public static Exception OfStatement(Exception exception) => exception switch
    {
        PostgresException error when IsAnsweredError(error) => OfAnswer(error),
        _ => new StoreUnavailableException("Postgres cannot be reached.", exception),
    };

    /// <summary>Whether this is a failure of the store, and not a mistake of ours that must not be hidden.</summary>
    public static bool IsStoreFailure(Exception exception) =>
        exception is NpgsqlException or TimeoutException or IOException or ObjectDisposedException or System.Net.Sockets.SocketException;

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
