using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Soma.System.Tests.Processes;

/// <summary>
/// What the proxy does with one request. A cut one is sent to the service, and the connection is broken in place of its answer. One that hangs gets no
/// answer. Any other gets the status at once.
/// </summary>
internal sealed record Fault(int Status = 0, string? RetryAfter = null)
{
    public static Fault Cut { get; } = new(-1);

    public static Fault Hang { get; } = new(-2);
}

/// <summary>Stands between a client and the service, and spoils the requests for which it has a fault.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentDictionary<HttpContext, bool> _open = [];
    private readonly Uri _service;

    private FaultyProxy(Uri service)
    {
        _service = service;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Run(PassAsync);
    }

    public Uri Url => new(_app.Urls.First());

    public ConcurrentQueue<Fault> Faults { get; } = [];

    /// <summary>How many bytes of a request's body are passed on before the rest is held back; null: nothing is held back.</summary>
    public long? HoldAfter { get; set; }

    /// <summary>The requests that arrived, oldest first.</summary>
    public ConcurrentQueue<(string Method, string Path, IReadOnlyDictionary<string, string> Headers)> Seen { get; } = [];

    public static async Task<FaultyProxy> StartAsync(Uri service)
    {
        var proxy = new FaultyProxy(service);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>Breaks the connections of all answers that are not over.</summary>
    public void CutOpen()
    {
        foreach (var context in _open.Keys)
        {
            try
            {
                context.Abort();
            }
            catch (ObjectDisposedException)
            {
                // The answer ended after it was listed.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        CutOpen();
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        Seen.Enqueue((context.Request.Method, context.Request.Path, headers));
        Faults.TryDequeue(out var fault);
        _open[context] = true;
        try
        {
            if (fault == Fault.Hang)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            else if (fault is { Status: > 0 })
            {
                context.Response.StatusCode = fault.Status;
                context.Response.Headers.RetryAfter = fault.RetryAfter;
            }
            else
            {
                await ForwardAsync(context, fault == Fault.Cut);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            context.Abort();
        }
        finally
        {
            _open.TryRemove(context, out _);
        }
    }

    private async Task ForwardAsync(HttpContext context, bool isCut)
    {
        var target = new Uri(_service, context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new BodyContent(context.Request.Body, HoldAfter);
        }

        foreach (var (name, value) in context.Request.Headers.Where(header => header.Key is not ("Host" or "Content-Length" or "Transfer-Encoding" or "Expect")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }

        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (isCut)
        {
            await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Transfer-Encoding" or "Content-Length")))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await context.Response.StartAsync(context.RequestAborted);
        await using var from = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[16_384];
        while (await from.ReadAsync(buffer, context.RequestAborted) is var length and > 0)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, length), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>A body that is passed on as it comes. Beyond the given bytes the rest does not come until the sender gives up.</summary>
    private sealed class BodyContent(Stream body, long? holdAfter) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var left = holdAfter ?? long.MaxValue;
            var buffer = new byte[16_384];
            while (await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken) is var length and > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
                await stream.FlushAsync(cancellationToken);
                left -= length;
                if (left == 0)
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
