using System.Runtime.InteropServices;

namespace Soma;

/// <summary>
/// Turns the first Ctrl-C or SIGTERM into a cancellation, so that a command can say what it has done. A second one ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interruption()
    {
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Take), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take)];
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Runs a command that Ctrl-C may end. A command with something to say throws a <see cref="StartupException"/> of its own.</summary>
    public static async Task<ExitCode> RunAsync(TextWriter errors, Func<CancellationToken, Task<ExitCode>> run)
    {
        using var interruption = new Interruption();
        try
        {
            return await run(interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            await errors.WriteLineAsync("soma: interrupted.");
            return ExitCode.Interrupted;
        }
    }

    /// <summary>Runs the body of a command. If it is interrupted, the command ends with a line that says what was done and how to go on.</summary>
    /// <exception cref="StartupException">With <see cref="ExitCode.Interrupted"/>.</exception>
    public static async Task SayingAsync(Func<Task> run, Func<string> done, CancellationToken cancellationToken)
    {
        try
        {
            await run();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new StartupException(ExitCode.Interrupted, $"interrupted. {done()}");
        }
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _source.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
