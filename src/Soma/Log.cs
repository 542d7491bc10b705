namespace Soma;

/// <summary>What the one process itself logs.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The first requests will take longer, because the warm-up failed: {Reason}")]
    public static partial void WarmUpFailed(ILogger logger, string reason);
}
