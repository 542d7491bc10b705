namespace Soma.Silo;

/// <summary>All log messages of a silo process.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Critical, "This silo ends: {Reason}")]
    public static partial void SiloEnds(ILogger logger, Exception? exception, string reason);

    [LoggerMessage(2, LogLevel.Error, "This silo's row is gone from the membership table; it drains in {Seconds:0} s and ends, to be started again")]
    public static partial void RowVanished(ILogger logger, double seconds);
}
