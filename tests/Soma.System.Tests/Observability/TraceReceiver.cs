using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Soma.System.Tests.Observability;

/// <summary>
/// Receives traces as an OpenTelemetry collector does (OTLP over HTTP), and keeps the messages unchanged.
/// </summary>
internal sealed class TraceReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<byte[]> _messages = [];
    private readonly WebApplication _app;

    private TraceReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public static async Task<TraceReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new TraceReceiver(builder.Build());
        receiver._app.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            receiver._messages.Enqueue(body.ToArray());
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>
    /// Whether one message contains all these bytes. In a message, names are UTF-8 and a trace id is its 16 bytes.
    /// </summary>
    public bool HasMessage(params byte[][] parts) =>
        _messages.Any(message => parts.All(part => message.AsSpan().IndexOf(part) >= 0));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
