using System.Net.Sockets;

namespace Soma.Hosting;

/// <summary>
/// Asks a process on this machine over HTTP whether it is ready: the health check of containers, whose images hold no curl.
/// </summary>
public static class HealthCommand
{
    /// <summary>The argument that makes a silo's or gateway's program ask instead of serve.</summary>
    public const string Argument = "--health";

    // Below the ten seconds that a supervisor usually waits, so that its log holds the reason rather than a kill.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="name">What lines start with, e.g. <c>soma-silo</c>.</param>
    /// <param name="url">What answers 2xx when the process is ready.</param>
    /// <param name="output">Told what was answered, where that was 2xx.</param>
    /// <param name="errors">Told in one line why it is not ready.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see cref="ExitCode.Stopped"/> (0) if it is ready, else <see cref="ExitCode.Failed"/> (1).</returns>
    public static async Task<ExitCode> RunAsync(
        string name, Uri url, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(errors);
        // A proxy of the environment is for what lies outside.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var response = await http.GetAsync(url, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                await output.WriteLineAsync(body.AsMemory(), cancellationToken);
                return ExitCode.Stopped;
            }

            await errors.WriteLineAsync($"{name}: {url} answered {(int)response.StatusCode}: {body}".AsMemory(), cancellationToken);
        }
        // The second is what a connection ends with that was closed while it was made.
        catch (Exception failure) when (failure is HttpRequestException or SocketException)
        {
            await errors.WriteLineAsync($"{name}: {url} cannot be reached: {StartupFailures.FirstLine(failure)}".AsMemory(), cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await errors.WriteLineAsync($"{name}: {url} did not answer within {Patience.TotalSeconds:0} s.".AsMemory(), cancellationToken);
        }

        return ExitCode.Failed;
    }

    /// <summary>Anything but <see cref="Argument"/> is a mistake: silos and gateways are told what to do by their environment.</summary>
    public static async Task<ExitCode> RefuseAsync(string name, IEnumerable<string> arguments, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        await errors.WriteLineAsync(
            $"{name}: '{string.Join(' ', arguments)}' is not understood. Without arguments it serves; {Argument} asks whether it is ready.");
        return ExitCode.Usage;
    }
}
