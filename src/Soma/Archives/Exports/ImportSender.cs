using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Soma.Grains;

namespace Soma.Archives.Exports;

/// <summary>Sends one write at a time. While the service is busy or unreachable, it sends the write again with the same key.</summary>
internal sealed class ImportSender : IDisposable
{
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly string _run;
    private readonly string _again;
    private readonly Retrying<Attempt> _retrying;

    public ImportSender(HttpClient http, ImportRequest request, string run, TimeProvider clock)
    {
        (_run, _again) = (run, request.Again(run));
        _retrying = new Retrying<Attempt>(FirstPause, LongestPause, attempt => attempt.Problem is null ? null : attempt.RetryAfter ?? TimeSpan.Zero, clock);
        _http = http;
        _http.DefaultRequestHeaders.Add("X-Soma-Tenant", request.Key.Tenant);
        _http.DefaultRequestHeaders.Add("X-Soma-Namespace", request.Key.Name);
    }

    /// <exception cref="StartupException">The service refused the write, or was unreachable for ten minutes.</exception>
    public async Task SendAsync(HttpMethod method, string path, byte[]? body, long line, CancellationToken cancellationToken)
    {
        var idempotencyKey = KeyOf(method, path, body, line);
        var outcome = await _retrying.RunAsync(
            async attempt => await TryAsync(method, path, body, idempotencyKey, line, attempt), RetryTimeout, cancellationToken);
        if (outcome.Problem is { } why)
        {
            throw new StartupException(ExitCode.Failed, $"line {line} could not be written: {why}. {_again} goes on with this import.");
        }
    }

    public void Dispose() => _http.Dispose();

    // The key includes the content. If the file was changed between two runs, the changed line is a new write.
    private string KeyOf(HttpMethod method, string path, byte[]? body, long line)
    {
        var content = Convert.ToHexStringLower(SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes($"{method} {path}\n"), .. body ?? []]));
        return string.Create(CultureInfo.InvariantCulture, $"import-{_run}-{line}-{content[..32]}");
    }

    private async Task<Attempt> TryAsync(
        HttpMethod method, string path, byte[]? body, string idempotencyKey, long line, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add("Idempotency-Key", idempotencyKey);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            using var response = await _http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return default;
            }

            var said = $"the service answered {(int)response.StatusCode}";
            return response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError
                ? new Attempt(said, response.Headers.RetryAfter?.Delta)
                : throw await RefusedAsync(response, line, cancellationToken);
        }
        catch (Exception failure) when (
            failure is HttpRequestException or SocketException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Attempt($"the service cannot be reached ({failure.Message})", null);
        }
    }

    private async Task<StartupException> RefusedAsync(HttpResponseMessage response, long line, CancellationToken cancellationToken)
    {
        var detail = await response.Content.ReadAsStringAsync(cancellationToken);
        return new StartupException(
            ExitCode.Failed,
            $"the service refused line {line} with {(int)response.StatusCode}: {detail.ReplaceLineEndings(" ")} What stood before it is written; {_again} goes on.");
    }

    /// <summary>The result of one attempt. Without a problem, the write was applied; else it is sent again after the given time.</summary>
    private readonly record struct Attempt(string? Problem, TimeSpan? RetryAfter);
}
