using Microsoft.Extensions.Logging;

namespace Soma.Hosting;

/// <summary>Log messages that all processes share.</summary>
internal static partial class Log
{
    [LoggerMessage(40, LogLevel.Warning, "{Variable}: '{Path}' was replaced; new connections use it", EventName = "Certificates renewed")]
    public static partial void CertificatesRenewed(ILogger logger, string variable, string path);

    [LoggerMessage(41, LogLevel.Error, "{Variable}: '{Path}' was replaced and cannot be used ({Failure}); the one before stays in use", EventName = "Certificates unusable")]
    public static partial void CertificatesUnusable(ILogger logger, string variable, string path, string failure);
}
