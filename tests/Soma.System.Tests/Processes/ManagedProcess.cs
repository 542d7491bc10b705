using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Soma.System.Tests.Processes;

/// <summary>
/// A built executable that runs as a separate process with its own environment. It can be started again and again.
/// </summary>
/// <remarks>The service never runs inside the test process, because a crash test must be able to kill it.</remarks>
/// <param name="assembly">The file of the program in the folder of the tests, e.g. <c>soma.dll</c>, or the whole path of one elsewhere.</param>
/// <param name="environment">All of Soma's variables that the process gets; null removes a variable.</param>
/// <param name="logFile">A file to which all of its standard error is written; null: none.</param>
internal sealed class ManagedProcess(string assembly, IReadOnlyDictionary<string, string?> environment, string? logFile = null) : IAsyncDisposable
{
    private const int Sigterm = 15;
    private const int Sigcont = 18;
    private const int Sigstop = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // Variables with these prefixes are removed, so that the environment of the machine cannot change the result of a
    // test.
    private static readonly string[] ProductPrefixes = ["SOMA_", "POSTGRES_", "REDIS_", "POD_", "LOG_LEVEL", "OTEL_"];

    private readonly ConcurrentQueue<int> _exitCodes = [];
    private Process? _process;
    private string _assembly = assembly;

    public CapturedText Output { get; } = new();

    public CapturedText Errors { get; } = new(logFile);

    /// <summary>The exit codes of the process, oldest first. A killed process has 137.</summary>
    public IReadOnlyList<int> ExitCodes => [.. _exitCodes];

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The physical memory that the running process has, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            using var process = Process.GetProcessById(Id);
            return process.WorkingSet64;
        }
    }

    private int Id => _process?.Id ?? throw new InvalidOperationException($"{_assembly} was never started.");

    /// <summary>The next start is of this program.</summary>
    public void Replace(string newAssembly) => _assembly = newAssembly;

    /// <summary>Starts the process. It must not be running.</summary>
    public void Start(params string[] arguments)
    {
        _process?.Dispose();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, _assembly), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(IsOfProduct).ToList())
        {
            start.Environment.Remove(inherited);
        }

        // What the user of this machine has logged in to is none of a test's.
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(AppContext.BaseDirectory, "no-settings");
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

    /// <summary>
    /// Sends SIGKILL: no handler runs and nothing is flushed. The call does not wait; <see cref="WaitForEndAsync()"/>
    /// does.
    /// </summary>
    public void Kill() => _process?.Kill();

    /// <summary>Sends SIGTERM, as a supervisor does.</summary>
    public void Terminate() => Signal(Sigterm);

    /// <summary>Sends SIGSTOP: the threads of the process stand still, and its connections stay open.</summary>
    public void Freeze() => Signal(Sigstop);

    /// <summary>Sends SIGCONT: the process goes on as if no time had passed.</summary>
    public void Thaw() => Signal(Sigcont);

    /// <summary>
    /// Waits at most a minute for the end of the process, and returns its exit code. Each start adds one exit code to
    /// the list.
    /// </summary>
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
            // With a limit, only the process is waited for. WaitForExitAsync waits for the end of its output too, which nobody reads any more.
            await Task.Run(() => _process!.WaitForExit(Patience));
        }

        _process?.Dispose();
    }

    private static bool IsOfProduct(string variable) =>
        ProductPrefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));

    private void Signal(int signal)
    {
        // If the process has just ended by itself, the signal finds no process. Whoever waits for the process gets its
        // exit code.
        if (SendSignal(Id, signal) != 0 && IsRunning)
        {
            throw new InvalidOperationException($"Signal {signal} did not reach {_assembly}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
