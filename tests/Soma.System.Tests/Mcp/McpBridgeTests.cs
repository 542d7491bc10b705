using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Soma.Mcp;

namespace Soma.System.Tests.Mcp;

/// <summary>What <c>soma mcp</c> carries between its client and a service, which is played here by a function.</summary>
public sealed class McpBridgeTests
{
    private const string Request = """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"recall","arguments":{}}}""";
    private const string ModernRequest = """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"recall","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}""";
    private const string Cancel = """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}""";
    private const string Progress = """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}""";
    private const string Answer = """{"jsonrpc":"2.0","id":7,"result":{}}""";

    [Fact]
    public async Task What_a_service_sends_before_its_answer_is_passed_on_at_once()
    {
        var stream = new Pipe();
        await using var bridge = new RunningBridge((_, _) => Task.FromResult(Streaming(stream.Reader.AsStream())));
        await bridge.SendAsync(Request);
        await SendEventAsync(stream, Progress);

        // The answer is not sent before the progress has arrived.
        Assert.Equal(Progress, await bridge.ReceiveAsync());
        await SendEventAsync(stream, Answer);
        await stream.Writer.CompleteAsync();
        Assert.Equal(Answer, await bridge.ReceiveAsync());
    }

    [Fact]
    public async Task A_stream_that_ends_before_the_answer_is_asked_for_again_under_the_same_key()
    {
        var keys = new List<string>();
        await using var bridge = new RunningBridge(async (request, _) =>
        {
            keys.Add(request.Headers.GetValues("Idempotency-Key").Single());
            var stream = new Pipe();
            await SendEventAsync(stream, keys.Count == 1 ? Progress : Answer);
            await stream.Writer.CompleteAsync();
            return Streaming(stream.Reader.AsStream());
        });
        await bridge.SendAsync(Request);

        Assert.Equal(Progress, await bridge.ReceiveAsync());
        Assert.Equal(Answer, await bridge.ReceiveAsync());
        Assert.Equal(2, keys.Count);
        Assert.Equal(keys[0], keys[1]);
    }

    [Fact]
    public async Task A_session_is_told_what_its_client_cancels_and_the_request_is_not_sent_again()
    {
        var received = new List<string>();
        var stream = new Pipe();
        await using var bridge = new RunningBridge(async (request, cancellationToken) =>
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            lock (received)
            {
                received.Add(body);
            }

            return body == Request ? Streaming(stream.Reader.AsStream()) : new HttpResponseMessage(HttpStatusCode.Accepted) { Content = new StringContent("") };
        });
        await bridge.SendAsync(Request);
        await SendEventAsync(stream, Progress);
        await bridge.ReceiveAsync();
        await bridge.SendAsync(Cancel);

        // The bridge ends only when nothing is under way any more.
        await bridge.EndAsync();
        Assert.Equal([Request, Cancel], received);
    }

    [Fact]
    public async Task Without_a_session_a_cancelled_request_is_broken_off_and_nothing_else_is_sent()
    {
        var received = 0;
        var stream = new Pipe();
        await using var bridge = new RunningBridge((_, _) =>
        {
            received++;
            return Task.FromResult(Streaming(stream.Reader.AsStream()));
        });
        await bridge.SendAsync(ModernRequest);
        await SendEventAsync(stream, Progress);
        await bridge.ReceiveAsync();
        await bridge.SendAsync(Cancel);

        await bridge.EndAsync();
        Assert.Equal(1, received);
    }

    [Theory]
    [InlineData(400, "application/json", """{"jsonrpc":"2.0","id":"","error":{"code":-32000,"message":"Bad session"}}""", -32000, "Bad session")]
    [InlineData(401, "application/problem+json", """{"detail":"Invalid token"}""", -32603, "Invalid token")]
    [InlineData(413, "text/html", "<p>too large</p>", -32603, "The service answered 413")]
    public async Task A_refusal_answers_the_request_that_it_is_for(int status, string kind, string body, int code, string message)
    {
        await using var bridge = new RunningBridge((_, _) => Task.FromResult(new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(body, Encoding.UTF8, kind),
        }));
        await bridge.SendAsync(Request);

        using var answer = JsonDocument.Parse(await bridge.ReceiveAsync() ?? "");
        var error = answer.RootElement.GetProperty("error");
        Assert.Equal(7, answer.RootElement.GetProperty("id").GetInt32());
        Assert.Equal((code, message), (error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()));
    }

    private static HttpResponseMessage Streaming(Stream events) => new(HttpStatusCode.OK)
    {
        Content = new StreamContent(events) { Headers = { ContentType = new MediaTypeHeaderValue("text/event-stream") } },
    };

    private static async Task SendEventAsync(Pipe stream, string data) => await stream.Writer.WriteAsync(Encoding.UTF8.GetBytes($"event: message\ndata: {data}\n\n"));

    /// <summary>A bridge between two pipes and a service.</summary>
    private sealed class RunningBridge : IAsyncDisposable
    {
        private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

        private readonly Pipe _input = new();
        private readonly Pipe _output = new();
        private readonly HttpClient _service;
        private readonly McpBridge _bridge;
        private readonly StreamReader _received;
        private readonly Task _running;

        public RunningBridge(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
        {
            _service = new HttpClient(new Played(answer)) { BaseAddress = new Uri("http://localhost/mcp") };
            _bridge = new McpBridge(_service, TimeProvider.System);
            _received = new StreamReader(_output.Reader.AsStream());
            _running = RunAsync();
        }

        public async Task SendAsync(string message) => await _input.Writer.WriteAsync(Encoding.UTF8.GetBytes(message + "\n"));

        public Task<string?> ReceiveAsync() => _received.ReadLineAsync().WaitAsync(_patience);

        /// <summary>Closes the client's end, and waits until everything is carried.</summary>
        public async Task EndAsync()
        {
            await _input.Writer.CompleteAsync();
            await _running.WaitAsync(_patience);
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            _received.Dispose();
            _bridge.Dispose();
            _service.Dispose();
        }

        private async Task RunAsync()
        {
            using var input = new StreamReader(_input.Reader.AsStream());
            await using var output = new StreamWriter(_output.Writer.AsStream()) { NewLine = "\n" };
            await _bridge.RunAsync(input, output, CancellationToken.None);
        }
    }

    private sealed class Played(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request, cancellationToken);
    }
}
