using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using Soma.Grains.Interfaces;
using Soma.Hosting;

namespace Soma.Archives.Exports;

/// <summary>Sends one write at a time, and again while the service is busy or away, under the key it had at first.</summary>
internal sealed class ImportSender : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly string _run;
    private readonly TimeProvider _clock;

    public ImportSender(Uri url, NamespaceKey key, string token, string run, TimeProvider clock)
    {
        (_run, _clock) = (run, clock);
        _http = new HttpClient { BaseAddress = new Uri(url.AbsoluteUri.TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(100) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _http.DefaultRequestHeaders.Add("X-Soma-Tenant", key.Tenant);
        _http.DefaultRequestHeaders.Add("X-Soma-Namespace", key.Name);
    }

    /// <exception cref="StartupException">The service refused it, or stayed away for ten minutes.</exception>
    public async Task SendAsync(HttpMethod method, string path, byte[]? body, long line, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        var idempotencyKey = KeyOf(method, path, body, line);
        for (var attempt = 0; ; attempt++)
        {
            var (pause, why) = await TryAsync(method, path, body, idempotencyKey, attempt, line, cancellationToken);
            if (why is null)
            {
                return;
            }

            if (_clock.GetElapsedTime(started) > Patience)
            {
                throw new StartupException(ExitCode.Failed, $"line {line} could not be written: {why}. --run {_run} goes on with this import.");
            }

            await Task.Delay(pause, _clock, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    // The content too: a file that was changed between two runs is another write, not the same again.
    private string KeyOf(HttpMethod method, string path, byte[]? body, long line)
    {
        var content = Convert.ToHexStringLower(SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes($"{method} {path}\n"), .. body ?? []]));
        return string.Create(CultureInfo.InvariantCulture, $"import-{_run}-{line}-{content[..32]}");
    }

    /// <returns>Why it is to be sent again, and after how long; a null reason: it was applied.</returns>
    private async Task<(TimeSpan Pause, string? Why)> TryAsync(
        HttpMethod method, string path, byte[]? body, string idempotencyKey, int attempt, long line, CancellationToken cancellationToken)
    {
        var usual = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, 0.25 * Math.Pow(2, attempt)));
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
                return (TimeSpan.Zero, null);
            }

            var said = $"the service answered {(int)response.StatusCode}";
            return response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError
                ? (response.Headers.RetryAfter?.Delta ?? usual, said)
                : throw await RefusedAsync(response, line, cancellationToken);
        }
        catch (Exception failure) when (
            failure is HttpRequestException or SocketException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (usual, $"the service cannot be reached ({failure.Message})");
        }
    }

    private async Task<StartupException> RefusedAsync(HttpResponseMessage response, long line, CancellationToken cancellationToken)
    {
        var detail = await response.Content.ReadAsStringAsync(cancellationToken);
        return new StartupException(
            ExitCode.Failed,
            $"the service refused line {line} with {(int)response.StatusCode}: {detail.ReplaceLineEndings(" ")} What stood before it is written; --run {_run} goes on.");
    }
}
