using System.Net.Http.Headers;

namespace Soma.Mcp;

/// <summary>
/// Carries JSON-RPC messages between a client on standard input and output, one a line, and an MCP endpoint over HTTP. A request whose
/// service ended before it answered is sent again under the same <c>Idempotency-Key</c> to the service that follows, so it is applied once.
/// </summary>
/// <param name="service">Reaches the service; its base address is the endpoint.</param>
/// <param name="clock">Times the retries.</param>
internal sealed class McpBridge(HttpClient service, TimeProvider clock) : IDisposable
{
    private const int InternalError = -32603;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _writing = new(1, 1);
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

            var carried = CarryAsync(line, output, cancellationToken);
            if (IsHandshake(line))
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

    private static bool IsHandshake(string line) => line.Contains("\"initialize\"", StringComparison.Ordinal);

    private async Task CarryAsync(string line, TextWriter output, CancellationToken cancellationToken)
    {
        Envelope message;
        try
        {
            message = Envelope.Read(line);
        }
        catch (JsonException)
        {
            await WriteAsync(output, """{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}""", cancellationToken);
            return;
        }

        var started = clock.GetTimestamp();
        var key = Guid.NewGuid().ToString("N");
        while (true)
        {
            try
            {
                if (await TrySendAsync(line, message, key, output, cancellationToken))
                {
                    return;
                }
            }
            // The service's process ended while it was asked, or before.
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
            }

            if (clock.GetElapsedTime(started) > _patience)
            {
                if (message.Id is { } id)
                {
                    await WriteAsync(output, Failure(id, "The memory service could not be reached"), cancellationToken);
                }

                return;
            }

            await Task.Delay(_pause, clock, cancellationToken);
        }
    }

    /// <returns>False: no whole answer came, so the message is to be sent again.</returns>
    private async Task<bool> TrySendAsync(string line, Envelope message, string key, TextWriter output, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "")
        {
            Content = new StringContent(line, Encoding.UTF8, "application/json"),
        };
        AddHeaders(request.Headers, message, key);
        using var answer = await service.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        if ((int)answer.StatusCode is 502 or 503 or 504)
        {
            return false;
        }

        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        var kind = answer.Content.Headers.ContentType?.MediaType;
        // An error of the protocol is an answer like others. What else is refused (a wrong token, a namespace of somebody else) is none.
        if (!answer.IsSuccessStatusCode && kind is not ("application/json" or "text/event-stream"))
        {
            if (message.Id is { } refused)
            {
                await WriteAsync(output, Failure(refused, (kind == "application/problem+json" ? DetailOf(body) : null) ?? $"The service answered {(int)answer.StatusCode}"), cancellationToken);
            }

            return true;
        }

        var lines = kind == "text/event-stream" ? EventsOf(body) : body.Length > 0 ? [body] : [];
        if (message.Id is { } asked && !lines.Any(each => Envelope.Read(each).Answers(asked)))
        {
            return false;
        }

        if (answer.Headers.TryGetValues("Mcp-Session-Id", out var sessions))
        {
            _session = sessions.First();
        }

        foreach (var each in lines)
        {
            _protocol = message.Method == "initialize" ? ProtocolOf(each) ?? _protocol : _protocol;
            await WriteAsync(output, each, cancellationToken);
        }

        return true;
    }

    private void AddHeaders(HttpRequestHeaders headers, Envelope message, string key)
    {
        headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
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
                headers.TryAddWithoutValidation("Mcp-Name", name);
            }
        }
    }

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

    private static List<string> EventsOf(string body) =>
        [.. body.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..].Trim()).Where(data => data.Length > 0)];

    private static string Failure(string id, string why) =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":{{{InternalError}}},"message":{{{JsonSerializer.Serialize(why)}}}}}""";

    private static string? DetailOf(string problem)
    {
        using var document = JsonDocument.Parse(problem);
        return document.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
    }

    private static string? ProtocolOf(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.TryGetProperty("result", out var result) && result.TryGetProperty("protocolVersion", out var version) ? version.GetString() : null;
    }

    /// <summary>What the bridge must know of a message.</summary>
    /// <param name="Id">The JSON of a request's or an answer's id; null: a notification.</param>
    /// <param name="Method">Null: an answer.</param>
    /// <param name="Name">The tool, prompt or resource that it names.</param>
    /// <param name="Protocol">The revision that the message itself names, as those without a handshake do.</param>
    private sealed record Envelope(string? Id, string? Method, string? Name, string? Protocol)
    {
        private const string ProtocolKey = "io.modelcontextprotocol/protocolVersion";

        public bool Answers(string id) => Method is null && Id == id;

        public static Envelope Read(string line)
        {
            using var document = JsonDocument.Parse(line);
            var message = document.RootElement;
            if (message.ValueKind != JsonValueKind.Object)
            {
                return new Envelope(null, null, null, null);
            }

            var parameters = message.TryGetProperty("params", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
            return new Envelope(
                message.TryGetProperty("id", out var id) ? id.GetRawText() : null,
                TextOf(message, "method"),
                TextOf(parameters, "name") ?? TextOf(parameters, "uri"),
                parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty("_meta", out var meta) ? TextOf(meta, ProtocolKey) : null);
        }

        private static string? TextOf(JsonElement element, string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
    }
}
