using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Soma.System.Tests.Remote;

/// <summary>Stands in front of a service and fails as a network does.</summary>
internal sealed class ServiceProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;
    private readonly string _service;
    private int _cuts;

    private ServiceProxy(string service)
    {
        _service = service;
        _client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Run(PassAsync);
    }

    public string Url => _app.Urls.First();

    /// <summary>How many bytes of a body are passed on before the rest is held back; null: nothing is held back.</summary>
    public long? HoldAfter { get; set; }

    /// <summary>How many requests arrived.</summary>
    public int Requests { get; private set; }

    public static async Task<ServiceProxy> StartAsync(string service)
    {
        var proxy = new ServiceProxy(service);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>The answer of the next request is lost: the service gives it, and the connection is cut.</summary>
    public void CutNextAnswer() => _cuts++;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        Requests++;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), _service + context.Request.Path + context.Request.QueryString);
        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(HoldAfter is { } bytes ? new HeldStream(context.Request.Body, bytes) : context.Request.Body);
        }

        foreach (var (name, values) in context.Request.Headers.Where(header => header.Key is not ("Host" or "Content-Length" or "Transfer-Encoding" or "Expect")))
        {
            _ = request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()) || request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable()) == true;
        }

        using var response = await _client.SendAsync(request, context.RequestAborted);
        var body = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (_cuts > 0)
        {
            _cuts--;
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>A body whose rest does not come until its reader gives up.</summary>
    private sealed class HeldStream(Stream inner, long bytes) : Stream
    {
        private long _left = bytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left <= 0)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, Math.Max(1, _left))], cancellationToken);
            _left -= read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
