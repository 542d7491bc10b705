using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Soma.Gateway.Tests.Service;

/// <summary>Keeps what was logged, as a reader of the log would see it.</summary>
internal sealed class RecordingLogger : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(string? Event, string Text, LogLevel Level)> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((eventId.Name, formatter(state, exception) + exception, logLevel));

    public void Dispose()
    {
    }
}
