using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace Soma.Mcp;

/// <summary>
/// Carries JSON-RPC messages between a client on standard input and output, one a line, and an MCP endpoint over HTTP. A request whose
/// service ended before it answered is sent again under the same <c>Idempotency-Key</c> to the service that follows, so it is applied once.
/// What a service sends before its answer, such as progress, is passed on at once; after such an interruption it may come again.
/// </summary>
/// <param name="service">Reaches the service; its base address is the endpoint.</param>
/// <param name="clock">Times the retries.</param>
internal sealed class McpBridge(HttpClient service, TimeProvider clock) : IDisposable
{
    private const int InternalError = -32603;

    // How long a service that is silent is tried again.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _writing = new(1, 1);

    // Requests without an answer yet, by the JSON of their ids.
    private readonly ConcurrentDictionary<string, Exchange> _open = new();
    private string? _session;
    private string? _protocol;

    /// <summary>Carries messages until the client closes its end and the last answer is written.</summary>
    public async Task RunAsync(TextReader input, TextWriter output, CancellationToken cancellationToken)
    {
        var open = new HashSet<Task>();
        while (await input.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                continue;
            }

            if (await ReadAsync(line, output, cancellationToken) is not { } message)
            {
                continue;
            }

            var carried = message.Cancels is { } id ? CancelAsync(id, message, output, cancellationToken) : CarryAsync(message, output, cancellationToken);
            if (message.IsHandshake)
            {
                // What follows belongs to the session that this begins.
                await carried;
            }

            open.RemoveWhere(task => task.IsCompleted);
            open.Add(carried);
        }

        await Task.WhenAll(open);
    }

    public void Dispose() => _writing.Dispose();

    private async Task<McpMessage?> ReadAsync(string line, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            return McpMessage.Read(line);
        }
        catch (JsonException)
        {
            await WriteAsync(output, """{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}""", cancellationToken);
            return null;
        }
    }

    /// <summary>Stops waiting for the answer to a request. A session is told; without one, the end of the request's connection says it.</summary>
    private async Task CancelAsync(string id, McpMessage notification, TextWriter output, CancellationToken cancellationToken)
    {
        _open.TryGetValue(id, out var exchange);
        if (exchange?.Message.Protocol is null)
        {
            await CarryAsync(notification, output, cancellationToken);
        }

        exchange?.Cancel();
    }

    private async Task CarryAsync(McpMessage message, TextWriter output, CancellationToken cancellationToken)
    {
        using var exchange = new Exchange(message, cancellationToken) { LastHeard = clock.GetTimestamp() };
        var request = message.Method is null ? null : message.Id;
        if (request is not null)
        {
            _open[request] = exchange;
        }

        try
        {
            await CarryAsync(exchange, output, cancellationToken);
        }
        // The client has cancelled this request: it wants no answer any more.
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            if (request is not null)
            {
                _open.TryRemove(KeyValuePair.Create(request, exchange));
            }
        }
    }

    private async Task CarryAsync(Exchange exchange, TextWriter output, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await TrySendAsync(exchange, output, cancellationToken))
                {
                    return;
                }
            }
            // The service's process ended while it was asked, or before.
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
            }

            if (clock.GetElapsedTime(exchange.LastHeard) > _patience)
            {
                await RefuseAsync(exchange.Message, InternalError, "The memory service could not be reached", output, cancellationToken);
                return;
            }

            await Task.Delay(_pause, clock, exchange.Cancelled);
        }
    }

    /// <returns>False: no answer came, so the message is to be sent again.</returns>
    private async Task<bool> TrySendAsync(Exchange exchange, TextWriter output, CancellationToken cancellationToken)
    {
        var message = exchange.Message;
        using var request = new HttpRequestMessage(HttpMethod.Post, "") { Content = new StringContent(message.Text, Encoding.UTF8, McpAnswer.Json) };
        AddHeaders(request.Headers, message, exchange.Key);
        using var answer = await service.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, exchange.Cancelled);
        if ((int)answer.StatusCode is 502 or 503 or 504)
        {
            return false;
        }

        if (!answer.IsSuccessStatusCode)
        {
            return await PassRefusalAsync(answer, exchange, output, cancellationToken);
        }

        var isAnswered = message is { Id: null } or { Method: null };
        await foreach (var text in McpAnswer.MessagesOf(answer, exchange.Cancelled))
        {
            exchange.LastHeard = clock.GetTimestamp();
            var received = McpMessage.Read(text);
            isAnswered |= message.Id is { } id && received.Answers(id);
            _protocol = message.IsHandshake ? received.Agreed ?? _protocol : _protocol;
            await WriteAsync(output, text, cancellationToken);
        }

        if (isAnswered && answer.Headers.TryGetValues("Mcp-Session-Id", out var sessions))
        {
            _session = sessions.First();
        }

        return isAnswered;
    }

    /// <summary>
    /// An error of the protocol is passed on, under the request's id also where the service could not tell it. Of every other refusal, such as
    /// that of a wrong token, one is made.
    /// </summary>
    private async Task<bool> PassRefusalAsync(HttpResponseMessage answer, Exchange exchange, TextWriter output, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        await foreach (var text in McpAnswer.MessagesOf(answer, exchange.Cancelled))
        {
            texts.Add(text);
        }

        var message = exchange.Message;
        var isProtocol = answer.Content.Headers.ContentType?.MediaType is McpAnswer.Json or McpAnswer.Events;
        var received = isProtocol ? texts.Select(McpMessage.Read).ToList() : [];
        if (received.Find(each => message.Id is { } id && each.Answers(id)) is { } own)
        {
            await WriteAsync(output, own.Text, cancellationToken);
        }
        else if (received.Find(each => each.Error is not null) is { Error: var (code, why) })
        {
            await RefuseAsync(message, code, why, output, cancellationToken);
        }
        else
        {
            await RefuseAsync(message, InternalError, (isProtocol ? null : McpAnswer.DetailOf(texts)) ?? $"The service answered {(int)answer.StatusCode}", output, cancellationToken);
        }

        return true;
    }

    private void AddHeaders(HttpRequestHeaders headers, McpMessage message, string key)
    {
        headers.TryAddWithoutValidation("Accept", $"{McpAnswer.Json}, {McpAnswer.Events}");
        headers.TryAddWithoutValidation("Idempotency-Key", key);
        if ((message.Protocol ?? _protocol) is { } protocol)
        {
            headers.TryAddWithoutValidation("MCP-Protocol-Version", protocol);
        }

        if (message.Protocol is null && _session is { } session)
        {
            headers.TryAddWithoutValidation("Mcp-Session-Id", session);
        }

        // Revisions without a handshake say in headers what the body says too.
        if (message.Protocol is not null && message.Method is { } method)
        {
            headers.TryAddWithoutValidation("Mcp-Method", method);
            if (message.Name is { } name)
            {
                headers.TryAddWithoutValidation("Mcp-Name", InHeader(name));
            }
        }
    }

    // The protocol's own form for what a header cannot carry.
    private static string InHeader(string name) =>
        name.All(c => c is >= ' ' and <= '~') && name == name.Trim() && !name.StartsWith("=?", StringComparison.Ordinal) ? name : $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(name))}?=";

    private Task RefuseAsync(McpMessage message, int code, string why, TextWriter output, CancellationToken cancellationToken) =>
        message is { Id: { } id, Method: not null }
            ? WriteAsync(output, $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":{{{code}}},"message":{{{JsonSerializer.Serialize(why)}}}}}""", cancellationToken)
            : Task.CompletedTask;

    private async Task WriteAsync(TextWriter output, string message, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await output.WriteLineAsync(message.ReplaceLineEndings("").AsMemory(), cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>A message on its way, and how its client takes it back.</summary>
    private sealed class Exchange(McpMessage message, CancellationToken ended) : IDisposable
    {
        private readonly CancellationTokenSource _cancelled = CancellationTokenSource.CreateLinkedTokenSource(ended);

        public McpMessage Message => message;

        /// <summary>The same for each attempt, so that one of them is applied.</summary>
        public string Key { get; } = Guid.NewGuid().ToString("N");

        /// <summary>When the service last sent something for it, else when it was first sent: a timestamp of the clock.</summary>
        public long LastHeard { get; set; }

        public CancellationToken Cancelled => _cancelled.Token;

        public void Cancel()
        {
            try
            {
                _cancelled.Cancel();
            }
            // The answer came first.
            catch (ObjectDisposedException)
            {
            }
        }

        public void Dispose() => _cancelled.Dispose();
    }
}
