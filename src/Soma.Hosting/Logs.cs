using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Soma.Hosting;

/// <summary>
/// Configures logging: JSON lines on standard error, warnings and above unless <c>LOG_LEVEL</c> asks for more.
/// </summary>
public static class Logs
{
    private const string Variable = "LOG_LEVEL";

    /// <summary>
    /// Reads <c>LOG_LEVEL</c>; null when it is not set. The level names of Python services (<c>warn</c>, <c>fatal</c>)
    /// are accepted too.
    /// </summary>
    /// <exception cref="InvalidSettingException">The value is not a log level.</exception>
    public static LogLevel? ReadLevel(SettingsReader settings)
    {
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
        // Logs go to standard error, because standard output carries the start banner and the results of commands.
        logging.AddJsonConsole(json =>
        {
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
            // Log lines are never embedded in HTML, so `+` and `"` need no HTML-safe escapes, which are hard to read.
            json.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.AddFilter(Audit.Category, LogLevel.Information);
        if (level is null or >= LogLevel.Information)
        {
            var quiet = (LogLevel)Math.Max((int)LogLevel.Warning, (int)(level ?? LogLevel.Warning));
            logging.AddFilter("Orleans", quiet).AddFilter("Microsoft", quiet).AddFilter("System", quiet);
            // Both categories warn at every healthy start: the watchdog takes the machine's uptime for a stall, and the
            // silo recommends the server garbage collector.
            logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error).AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
            // The first turns of a silo wait for the compiler, so each start on a busy machine would warn of a long turn. The metric
            // microsoft_orleans_orleans_scheduler_long_running_turns counts long turns all the same.
            logging.AddFilter("Orleans.Runtime.Scheduler.WorkItemGroup", LogLevel.Error);
            // ProcessBoundary reports a failed start in one line. The host would log the same failure again with a
            // stack trace.
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        }

        return logging;
    }
}
