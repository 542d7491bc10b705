using System.Net;
using System.Net.Sockets;
using Soma.Remote;

namespace Soma.Archives.Exports;

/// <summary>What a service imported.</summary>
internal readonly record struct Imported(long Memories, long Links, long Deletes);

/// <summary>Sends an export of Soma's to a running service as one request, and sends it again under the same key should it break off.</summary>
/// <remarks>The service applies nothing twice of a body that it gets again under the same key, and goes on where it broke off.</remarks>
internal sealed class ServedImport : IDisposable
{
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly RemoteTarget _target;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    public ServedImport(RemoteTarget target, TimeProvider clock)
    {
        (_target, _clock) = (target, clock);
        _http = ServiceHttp.Connect(target.Settings, target.Url);
        _http.Timeout = Timeout.InfiniteTimeSpan;
        // What the service refuses before it reads, such as a token, is then said before the body is sent.
        _http.DefaultRequestHeaders.ExpectContinue = true;
        if (target.Tenant is { } tenant)
        {
            _http.DefaultRequestHeaders.Add("X-Soma-Tenant", tenant);
        }
    }

    /// <param name="request">The file and the name of the run.</param>
    /// <param name="run">The name of this import.</param>
    /// <param name="progress">Counts kilobytes of the file.</param>
    /// <param name="cancellationToken">Ends it. What the service has written stays.</param>
    /// <exception cref="StartupException">The service refused, or was away for ten minutes.</exception>
    public async Task<Imported> RunAsync(ImportRequest request, string run, Progress progress, CancellationToken cancellationToken)
    {
        var (failing, pause) = (_clock.GetTimestamp(), FirstPause);
        while (true)
        {
            var began = _clock.GetTimestamp();
            var (answer, problem, isFinal) = await TryAsync(request, run, progress, cancellationToken);
            if (answer is { } imported)
            {
                return imported;
            }

            if (_clock.GetElapsedTime(began) > LongestPause)
            {
                // The service has taken some of it meanwhile, so it is not away.
                (failing, pause) = (_clock.GetTimestamp(), FirstPause);
            }

            if (isFinal || _clock.GetElapsedTime(failing) + pause > RetryTimeout)
            {
                throw new StartupException(ExitCode.Failed, $"{problem.TrimEnd('.')}. What was written before stays; {request.Again(run)} goes on.");
            }

            await Task.Delay(pause * (1 - (Random.Shared.NextDouble() / 2)), _clock, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(Imported? Answer, string Problem, bool IsFinal)> TryAsync(ImportRequest request, string run, Progress progress, CancellationToken cancellationToken)
    {
        using var file = ImportFile.Open(request.From);
        progress.Set(0);
        progress.Expect(file.Kilobytes);
        using var message = new HttpRequestMessage(HttpMethod.Post, $"namespaces/{Uri.EscapeDataString(request.Key.Name)}/import") { Content = new FileContent(file, progress) };
        message.Headers.Add("Idempotency-Key", $"import-{run}");
        try
        {
            using var response = await _http.SendAsync(message, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                var done = JsonElement.Parse(text);
                return (new Imported(done.GetProperty("memories").GetInt64(), done.GetProperty("links").GetInt64(), done.GetProperty("deletes").GetInt64()), "", true);
            }

            var (detail, _) = ServedNamespace.ReadProblem(text);
            var isFinal = response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError);
            return (null, $"{_target.Url} answered {(int)response.StatusCode}: {detail}{_target.TokenOf(response.StatusCode)}", isFinal);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return (null, $"{_target.Url} cannot be reached: {failure.Message}", false);
        }
    }

    private sealed class FileContent : HttpContent
    {
        private const int ChunkBytes = 1 << 16;

        private readonly ImportFile _file;
        private readonly Progress _progress;

        public FileContent(ImportFile file, Progress progress)
        {
            (_file, _progress) = (file, progress);
            Headers.ContentType = new("application/jsonl");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var buffer = new byte[ChunkBytes];
            while (await _file.Stream.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                _progress.Set(_file.KilobytesRead);
            }
        }

        // Sent in chunks: a compressed file does not say how long it is.
        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
