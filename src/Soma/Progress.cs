namespace Soma;

/// <summary>
/// Shows on standard error how far something is that takes longer than a second, with its rate and the time that is left: one line that is
/// written anew on a terminal, a line every ten seconds elsewhere.
/// </summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);

    private readonly Lock _writing = new();
    private readonly TextWriter _errors;
    private readonly TimeProvider _clock;
    private readonly string _what;
    private readonly string _unit;
    private readonly bool _isTerminal;
    private readonly long _started;
    private readonly ITimer _timer;
    private long _done;
    private long _total;
    private bool _isShown;
    private bool _isOver;

    /// <param name="errors">Standard error.</param>
    /// <param name="isTerminal">Whether the line can be written anew.</param>
    /// <param name="clock">Measures the rate.</param>
    /// <param name="what">What goes on, e.g. <c>backup</c>.</param>
    /// <param name="unit">What is counted, e.g. <c>writes</c>.</param>
    /// <param name="total">How many there are; 0: unknown.</param>
    public Progress(TextWriter errors, bool isTerminal, TimeProvider clock, string what, string unit, long total)
    {
        (_errors, _isTerminal, _clock, _what, _unit, _total) = (errors, isTerminal, clock, what, unit, total);
        _started = clock.GetTimestamp();
        _timer = clock.CreateTimer(_ => Show(), null, isTerminal ? Patience : Elsewhere, isTerminal ? OnTerminal : Elsewhere);
    }

    public long Done => Interlocked.Read(ref _done);

    public static Progress Begin(TextWriter errors, string what, string unit, long total) =>
        new(errors, ReferenceEquals(errors, Console.Error) && Terminal.IsError, TimeProvider.System, what, unit, total);

    public void Add(long more) => Interlocked.Add(ref _done, more);

    public void Set(long done) => Interlocked.Exchange(ref _done, done);

    public void Expect(long total) => Interlocked.Exchange(ref _total, total);

    /// <summary>Counts rows as they are read.</summary>
    public async IAsyncEnumerable<T> CountAsync<T>(IAsyncEnumerable<T> rows)
    {
        await foreach (var row in rows)
        {
            Add(1);
            yield return row;
        }
    }

    /// <summary>Takes the line away from a terminal, so that the result stands in its place.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_writing)
        {
            _isOver = true;
            if (_isShown && _isTerminal)
            {
                _errors.Write("\r\x1b[K");
                _errors.Flush();
            }
        }
    }

    /// <summary>The line, e.g. <c>backup: 1,200 of 4,800 writes, 600/s, 6 s left</c>.</summary>
    internal static string Describe(string what, string unit, long done, long total, TimeSpan elapsed)
    {
        var rate = elapsed > TimeSpan.Zero ? done / elapsed.TotalSeconds : 0;
        var count = total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {total:N0}") : done.ToString("N0", CultureInfo.InvariantCulture);
        var left = total > done && rate > 0 ? $", {Describe(TimeSpan.FromSeconds((total - done) / rate))} left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{what}: {count} {unit}, {rate:N0}/s{left}");
    }

    private static string Describe(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time switch
    {
        { TotalHours: >= 1 } => $"{(int)time.TotalHours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{Math.Ceiling(time.TotalSeconds)} s",
    }}");

    private void Show()
    {
        lock (_writing)
        {
            if (!_isOver)
            {
                _isShown = true;
                var line = Describe(_what, _unit, Done, Interlocked.Read(ref _total), _clock.GetElapsedTime(_started));
                _errors.Write(_isTerminal ? $"\r{line}\x1b[K" : $"soma: {line}\n");
                _errors.Flush();
            }
        }
    }
}

/// <summary>Which of the process's streams are terminals.</summary>
internal static class Terminal
{
    private static bool IsAble => Environment.GetEnvironmentVariable("TERM") is not "dumb";

    public static bool IsError => !Console.IsErrorRedirected && IsAble;

    public static bool IsOutput => !Console.IsOutputRedirected && IsAble;

    public static bool HasColours => IsOutput && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
