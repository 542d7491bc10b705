using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Soma.System.Tests.Processes;

/// <summary>A built executable as a process of its own, with its own environment, which can be started again and again.</summary>
/// <remarks>Never in this process: a SIGKILL that spares the page cache of the killer proves less than one that does not.</remarks>
/// <param name="assembly">The file beside the tests, e.g. <c>soma.dll</c>.</param>
/// <param name="environment">All that it gets of Soma's variables; null removes a variable.</param>
/// <param name="logFile">Where all of its standard error is kept; null: nowhere.</param>
internal sealed class ManagedProcess(string assembly, IReadOnlyDictionary<string, string?> environment, string? logFile = null) : IAsyncDisposable
{
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A variable of the machine that runs the tests must not decide how they end.
    private static readonly string[] ProductPrefixes = ["SOMA_", "POSTGRES_", "REDIS_", "POD_", "LOG_LEVEL", "OTEL_"];

    private readonly ConcurrentQueue<int> _exitCodes = [];
    private Process? _process;

    public CapturedText Output { get; } = new();

    public CapturedText Errors { get; } = new(logFile);

    /// <summary>How it ended each time, oldest first; a killed one ends with 137.</summary>
    public IReadOnlyList<int> ExitCodes => [.. _exitCodes];

    public bool IsRunning => _process is { HasExited: false };

    private int Id => _process?.Id ?? throw new InvalidOperationException($"{assembly} was never started.");

    /// <summary>Starts it, which must not be running.</summary>
    public void Start(params string[] arguments)
    {
        _process?.Dispose();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(IsOfProduct).ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Output.Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Errors.Append(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed. Only the signal; <see cref="WaitForEndAsync()"/> sees the end.</summary>
    public void Kill() => _process?.Kill();

    /// <summary>SIGTERM, as a supervisor sends it.</summary>
    public void Terminate() => Signal(Sigterm);

    /// <summary>SIGSTOP: its threads stand still, its connections stay open.</summary>
    public void Freeze() => Signal(Sigstop);

    /// <summary>SIGCONT: it goes on as if no time had passed.</summary>
    public void Thaw() => Signal(Sigcont);

    /// <summary>Waits for its end, no longer than a minute; the exit code, which is counted once for each start.</summary>
    public async Task<int> WaitForEndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await WaitForEndAsync(deadline.Token);
    }

    public async Task<int> WaitForEndAsync(CancellationToken cancellationToken)
    {
        await _process!.WaitForExitAsync(cancellationToken);
        _exitCodes.Enqueue(_process.ExitCode);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            Kill();
            using var deadline = new CancellationTokenSource(Patience);
            await _process!.WaitForExitAsync(deadline.Token);
        }

        _process?.Dispose();
    }

    private static bool IsOfProduct(string variable) =>
        ProductPrefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));

    private void Signal(int signal)
    {
        // One that has just ended by itself took the signal's place; whoever waits for it sees how.
        if (SendSignal(Id, signal) != 0 && IsRunning)
        {
            throw new InvalidOperationException($"Signal {signal} did not reach {assembly}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
