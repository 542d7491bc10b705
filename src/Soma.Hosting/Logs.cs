using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Soma.Hosting;

/// <summary>Logs of a process: JSON lines on standard error, quiet unless <c>LOG_LEVEL</c> asks for more.</summary>
public static class Logs
{
    private const string Variable = "LOG_LEVEL";

    /// <summary>Null where nobody asked; also takes the names Python services use (<c>warn</c>, <c>fatal</c>).</summary>
    /// <exception cref="InvalidSettingException">Not a level.</exception>
    public static LogLevel? ReadLevel(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Text(Variable)?.ToUpperInvariant() switch
        {
            null => null,
            "TRACE" => LogLevel.Trace,
            "DEBUG" => LogLevel.Debug,
            "INFO" or "INFORMATION" => LogLevel.Information,
            "WARN" or "WARNING" => LogLevel.Warning,
            "ERROR" => LogLevel.Error,
            "CRITICAL" or "FATAL" => LogLevel.Critical,
            _ => throw new InvalidSettingException(Variable, "must be trace, debug, info, warning, error or critical."),
        };
    }

    public static ILoggingBuilder AddSomaLogs(this ILoggingBuilder logging, LogLevel? level)
    {
        logging.ClearProviders().SetMinimumLevel(level ?? LogLevel.Warning);
        // Standard output belongs to the banner, and to what other commands print.
        logging.AddJsonConsole(json =>
        {
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
            // Nobody embeds these lines in HTML: `+` and `"` may be read as they are.
            json.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (level is null or >= LogLevel.Information)
        {
            var quiet = (LogLevel)Math.Max((int)LogLevel.Warning, (int)(level ?? LogLevel.Warning));
            logging.AddFilter("Orleans", quiet).AddFilter("Microsoft", quiet).AddFilter("System", quiet);
            // At every start one takes the machine's uptime for a stall, the other asks for a server's garbage collector.
            logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error).AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
            // Why a start failed is told in one line; the host would print the same again with its stack trace.
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        }

        return logging;
    }
}
