namespace Soma.Gateway;

/// <summary>All log messages of the gateway. None holds a payload, a query, a key of a memory or a token.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Request processed: {Method} {Route} {Status} in {DurationMs:0.000} ms ({RequestId})", EventName = "Request processed")]
    public static partial void RequestProcessed(ILogger logger, string method, string route, int status, double durationMs, string requestId);

    [LoggerMessage(2, LogLevel.Warning, "Request {RequestId} answered {Status}: {Failure}", EventName = "Request failed")]
    public static partial void RequestFailed(ILogger logger, string requestId, int status, string failure);

    [LoggerMessage(3, LogLevel.Error, "Request {RequestId} broke", EventName = "Request broke")]
    public static partial void RequestBroke(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(4, LogLevel.Warning, "A probe of the silos failed: {Failure}", EventName = "Probe failed")]
    public static partial void ProbeFailed(ILogger logger, string failure);

    [LoggerMessage(5, LogLevel.Warning, "No silo is reached yet (attempt {Attempt}: {Failure}); trying on", EventName = "Cluster not reached")]
    public static partial void ClusterNotReached(ILogger logger, int attempt, string failure);

    [LoggerMessage(6, LogLevel.Debug, "The client of {Method} {Route} went away after {DurationMs:0.000} ms ({RequestId})", EventName = "Client gone")]
    public static partial void ClientGone(ILogger logger, string method, string route, double durationMs, string requestId);

    [LoggerMessage(7, LogLevel.Debug, "No silo could check an access key: {Failure}", EventName = "Key not checked")]
    public static partial void KeyNotChecked(ILogger logger, string failure);

    [LoggerMessage(30, LogLevel.Debug, "A token of the issuer was refused: {Reason}", EventName = "Token refused")]
    public static partial void JwtRefused(ILogger logger, string reason);

    [LoggerMessage(31, LogLevel.Information, "{Count} keys of the issuer of tokens were read", EventName = "Issuer's keys read")]
    public static partial void JwtKeysRead(ILogger logger, int count);

    [LoggerMessage(32, LogLevel.Warning, "The keys of the issuer of tokens cannot be read; those that are known go on working", EventName = "Issuer's keys failed")]
    public static partial void JwtKeysFailed(ILogger logger, Exception exception);

    [LoggerMessage(20, LogLevel.Warning, "Redis cannot be used ({Failure}): rate limits are counted by each gateway itself", EventName = "Rate limits apart")]
    public static partial void RateLimitsApart(ILogger logger, string failure);

    [LoggerMessage(21, LogLevel.Information, "Redis answers again: rate limits are shared by all gateways", EventName = "Rate limits shared")]
    public static partial void RateLimitsShared(ILogger logger);

    [LoggerMessage(22, LogLevel.Debug, "A look at Redis failed", EventName = "Redis look failed")]
    public static partial void RedisLookFailed(ILogger logger, Exception exception);
}
