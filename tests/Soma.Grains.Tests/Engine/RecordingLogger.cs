using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Soma.Grains.Tests.Engine;

/// <summary>Keeps what was logged, as level and message.</summary>
internal class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
}

/// <summary>The same for a class that asks for a logger of its own.</summary>
internal sealed class RecordingLogger<T> : RecordingLogger, ILogger<T>;
