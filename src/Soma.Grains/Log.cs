using Microsoft.Extensions.Logging;

namespace Soma.Grains;

/// <summary>What the grains log: never contents of memories, nor their coordinates.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "A namespace's settings cannot be read: {Reason}")]
    public static partial void SettingsUnreadable(ILogger logger, string reason);

    [LoggerMessage(8, LogLevel.Warning, "A namespace's settings cannot be written: {Reason}")]
    public static partial void SettingsUnwritable(ILogger logger, string reason);

    [LoggerMessage(9, LogLevel.Warning, "The vector tier cannot be kept in step for now: {Reason}")]
    public static partial void TierFailed(ILogger logger, string reason);

    [LoggerMessage(10, LogLevel.Error, "Keeping the vector tier in step broke")]
    public static partial void IndexerBroke(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "The store did not say whether a commit happened; its log is asked: {Reason}")]
    public static partial void CommitUnknown(ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Error, "A commit broke")]
    public static partial void CommitBroke(ILogger logger, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "A commit was refused: another activation owns the namespace")]
    public static partial void CommitRefused(ILogger logger);

    [LoggerMessage(6, LogLevel.Warning, "Refining a namespace's vectors has to wait: {Reason}")]
    public static partial void RefiningFailed(ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Error, "Refining a namespace's vectors broke")]
    public static partial void RefinerBroke(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "The store is not to be had: {Reason}")]
    public static partial void StoreUnavailable(ILogger logger, string reason);

    [LoggerMessage(11, LogLevel.Warning, "The sweep of expired memories has to wait: {Reason}")]
    public static partial void SweepFailed(ILogger logger, string reason);

    [LoggerMessage(13, LogLevel.Warning, "The database can lose confirmed writes in a crash: {Settings} is off there, which SOMA_ALLOW_UNSAFE_POSTGRES allows")]
    public static partial void UnsafePostgres(ILogger logger, string settings);

    [LoggerMessage(12, LogLevel.Error, "The sweep of expired memories broke")]
    public static partial void SweepBroke(ILogger logger, Exception exception);

    [LoggerMessage(15, LogLevel.Warning, "The compaction of superseded versions has to wait: {Reason}")]
    public static partial void CompactionFailed(ILogger logger, string reason);

    [LoggerMessage(16, LogLevel.Error, "The compaction of superseded versions broke")]
    public static partial void CompactionBroke(ILogger logger, Exception exception);
    [LoggerMessage(17, LogLevel.Warning, "The sweep of deleted namespaces has to wait: {Reason}")]
    public static partial void RemovalFailed(ILogger logger, string reason);

    [LoggerMessage(30, LogLevel.Warning, "The stored access keys are not to be had: {Reason}")]
    public static partial void KeyStorageFailed(ILogger logger, string reason);

    [LoggerMessage(31, LogLevel.Warning, "What access keys hold here cannot be told to the other silos yet: {Reason}")]
    public static partial void KeyUsageUntold(ILogger logger, string reason);

    [LoggerMessage(14, LogLevel.Warning, "The store's schema is brought from version {From} to {To} before the service answers: step {Step} of {Steps}")]
    public static partial void Migrating(ILogger logger, int from, int to, int step, int steps);

    [LoggerMessage(40, LogLevel.Critical, "The database has lost acknowledged writes, and nothing is served until an operator decides (soma accept-loss): {Lost}")]
    public static partial void WritesLost(ILogger logger, string lost);

    [LoggerMessage(41, LogLevel.Warning, "No loss of acknowledged writes is on record any more; namespaces go on from what the database holds")]
    public static partial void LossAccepted(ILogger logger);

    [LoggerMessage(42, LogLevel.Information, "The database is now the server {System}, timeline {Timeline}, started {Started}: it has all writes that are known here")]
    public static partial void ServerChanged(ILogger logger, decimal system, int timeline, DateTime started);

    [LoggerMessage(43, LogLevel.Warning, "The server does not say which one it is, so a loss of acknowledged writes could not be noticed: {Reason}")]
    public static partial void ServerUnknown(ILogger logger, string reason);

    [LoggerMessage(44, LogLevel.Warning, "A namespace's map cannot be made for now: {Reason}")]
    public static partial void MapFailed(ILogger logger, string reason);

    [LoggerMessage(45, LogLevel.Error, "Making a namespace's map broke")]
    public static partial void MapBroke(ILogger logger, Exception exception);
}
