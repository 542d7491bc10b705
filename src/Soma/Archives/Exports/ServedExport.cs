using System.Net;
using Soma.Remote;

namespace Soma.Archives.Exports;

/// <summary>Reads an export from a running service.</summary>
internal sealed class ServedExport : IDisposable
{
    private const int Attempts = 5;
    private const int ChunkBytes = 1 << 16;
    private const int LongestEnd = 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly RemoteTarget _target;
    private readonly HttpClient _http;

    public ServedExport(RemoteTarget target)
    {
        _target = target;
        _http = ServiceHttp.Connect(target.Settings, target.Url);
        _http.Timeout = Timeout.InfiniteTimeSpan;
        if (target.Tenant is { } tenant)
        {
            _http.DefaultRequestHeaders.Add("X-Soma-Tenant", tenant);
        }
    }

    /// <summary>How many writes the export holds.</summary>
    public long Writes { get; private set; }

    /// <summary>Writes the export to a new file. An answer that breaks off is asked for again from its beginning.</summary>
    /// <exception cref="StartupException">The service refuses, cannot be reached, or broke off time and again.</exception>
    public async Task WriteFileAsync(string path, Progress progress, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var response = await OpenAsync(progress, cancellationToken);
            try
            {
                await ExportFile.WriteAsync(path, file => CopyAsync(response, file, progress, cancellationToken));
                return;
            }
            catch (StartupException failure) when (failure.Code == ExitCode.Failed && attempt < Attempts)
            {
                await Task.Delay(Pause * attempt, cancellationToken);
            }
        }
    }

    /// <summary>Writes the export to a stream, once.</summary>
    /// <exception cref="StartupException">The service refuses, cannot be reached, or broke off.</exception>
    public async Task WriteAsync(Stream stream, Progress progress, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(progress, cancellationToken);
        await CopyAsync(response, stream, progress, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> OpenAsync(Progress progress, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _http.GetAsync(
                new Uri($"namespaces/{Uri.EscapeDataString(_target.NamespaceOrDefault)}/export", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                Writes = ServedNamespace.SeqOf(response) ?? 0;
                progress.Set(0);
                progress.Expect(Writes);
                return response;
            }

            using (response)
            {
                var (detail, _) = ServedNamespace.ReadProblem(await response.Content.ReadAsStringAsync(cancellationToken));
                throw new StartupException(
                    response.StatusCode == HttpStatusCode.NotFound ? ExitCode.NotFound : ExitCode.Failed, $"{_target.Url} answered {(int)response.StatusCode}: {detail}{_target.TokenOf(response.StatusCode)}");
            }
        }
        catch (HttpRequestException failure)
        {
            throw new StartupException(ExitCode.Failed, $"{_target.Url} cannot be reached: {failure.Message}", failure);
        }
    }

    /// <exception cref="StartupException">The last line did not come, without which an export is cut off.</exception>
    private async Task CopyAsync(HttpResponseMessage response, Stream to, Progress progress, CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkBytes];
        var end = new byte[LongestEnd];
        var kept = 0;
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        while (await ReadAsync(body, buffer, cancellationToken) is var read and > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            progress.Add(buffer.AsSpan(0, read).Count((byte)'\n'));
            kept = Keep(buffer.AsSpan(0, read), end, kept);
        }

        var lines = end.AsSpan(0, kept).TrimEnd((byte)'\n');
        if (!lines[(lines.LastIndexOf((byte)'\n') + 1)..].StartsWith("{\"end\":true"u8))
        {
            throw new StartupException(ExitCode.Failed, $"{_target.Url} broke the export off: what came of it is no whole export.");
        }
    }

    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            // The connection broke. That the last line is missing says so.
            return 0;
        }
    }

    /// <summary>Keeps the newest bytes, as many as there is room for.</summary>
    private static int Keep(ReadOnlySpan<byte> read, byte[] end, int kept)
    {
        var (fresh, old) = (Math.Min(read.Length, end.Length), Math.Max(0, Math.Min(kept, end.Length - read.Length)));
        end.AsSpan(kept - old, old).CopyTo(end);
        read[^fresh..].CopyTo(end.AsSpan(old));
        return old + fresh;
    }
}
