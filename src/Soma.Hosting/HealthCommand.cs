using System.Net.Sockets;

namespace Soma.Hosting;

/// <summary>
/// Asks a process on this machine over HTTP whether it is ready. Container images use it as their health check, because
/// they contain no curl.
/// </summary>
public static class HealthCommand
{
    /// <summary>
    /// With this argument the program of a silo or gateway checks the health of a running process instead of serving.
    /// </summary>
    public const string Argument = "--health";

    // A supervisor usually kills a health check after ten seconds. This timeout is shorter, so that the log holds the
    // reason.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Asks the process that runs on this machine with the same settings.</summary>
    /// <remarks>
    /// Its certificate is not checked: it is for the name by which clients reach the process, and the health check uses an address
    /// of this machine. The request holds no secret.
    /// </remarks>
    public static async Task<ExitCode> AskOwnAsync(string name, Uri url, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        // The process is on this machine, so a proxy from the environment must not be used.
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        return await AskAsync(handler, name, url, output, errors, cancellationToken);
    }

    /// <summary>Asks a process.</summary>
    /// <param name="handler">How it is reached.</param>
    /// <param name="name">The program's name, printed at the start of each line, e.g. <c>soma-silo</c>.</param>
    /// <param name="url">The address that answers 2xx when the process is ready.</param>
    /// <param name="output">Receives the body of a 2xx answer.</param>
    /// <param name="errors">Receives one line that says why the process is not ready.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns><see cref="ExitCode.Stopped"/> (0) if it is ready, else <see cref="ExitCode.Failed"/> (1).</returns>
    public static async Task<ExitCode> AskAsync(
        HttpMessageHandler handler, string name, Uri url, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(handler, disposeHandler: false) { Timeout = AnswerTimeout };
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
        // SocketException is thrown when the connection is closed while it is being set up.
        catch (Exception failure) when (failure is HttpRequestException or SocketException)
        {
            await errors.WriteLineAsync($"{name}: {url} cannot be reached: {StartupFailures.FirstLine(failure)}".AsMemory(), cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await errors.WriteLineAsync($"{name}: {url} did not answer within {AnswerTimeout.TotalSeconds:0} s.".AsMemory(), cancellationToken);
        }

        return ExitCode.Failed;
    }

    /// <summary>
    /// Rejects every argument except <see cref="Argument"/>: silos and gateways are configured by environment variables
    /// only.
    /// </summary>
    public static async Task<ExitCode> RefuseAsync(string name, IEnumerable<string> arguments, TextWriter errors)
    {
        await errors.WriteLineAsync(
            $"{name}: '{string.Join(' ', arguments)}' is not understood. Without arguments it serves; {Argument} asks whether it is ready.");
        return ExitCode.Usage;
    }
}
