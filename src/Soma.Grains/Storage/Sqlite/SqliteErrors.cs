using Microsoft.Data.Sqlite;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>What a failure of SQLite says about the work that failed.</summary>
internal static class SqliteErrors
{
    private const int IoError = 10;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;

    /// <summary>A failure before the transaction's end: the work was undone.</summary>
    public static Exception OfWork(SqliteException exception) => exception.SqliteErrorCode is TooBig or Constraint or Mismatch
        ? new RowRejectedException($"SQLite refused a row ({exception.SqliteExtendedErrorCode}).", exception)
        : new StoreUnavailableException($"SQLite refused the work ({exception.SqliteExtendedErrorCode}).", exception);

    /// <summary>
    /// Translates a failure of COMMIT. If the disk failed, the commit may be in the WAL nevertheless and appear after a restart. The next
    /// transaction overwrites it there, and the first step after an unknown outcome is such a transaction.
    /// </summary>
    public static Exception OfEnd(SqliteException exception, bool isCommit) => isCommit && exception.SqliteErrorCode == IoError
        ? new CommitUnknownException($"SQLite does not know whether the commit is on the disk ({exception.SqliteExtendedErrorCode}).", exception)
        : new StoreUnavailableException($"SQLite could not commit ({exception.SqliteExtendedErrorCode}).", exception);
}
