using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Soma.Testing;

namespace Soma.Gateway.Tests.Service;

public sealed class ClientGoneTests : IAsyncLifetime
{
    private readonly GatewayUnderTest _gateway = new();

    public Task InitializeAsync() => _gateway.InitializeAsync();

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_goes_away_in_its_body_is_counted_and_not_logged_as_an_error(bool isReset)
    {
        using (var client = await ConnectAsync())
        {
            await SendAsync(client, "POST /memories HTTP/1.1\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n", "{\"payload\":");
            // The server says "100 Continue" when it begins to read the body.
            Assert.True(await client.ReceiveAsync(new byte[1024]) > 0);
            client.LingerState = new LingerOption(isReset, 0);
        }

        await CountedAsync("request");
        AssertQuiet();
    }

    [Fact]
    public async Task A_client_whose_last_words_are_half_a_body_is_counted_and_not_logged_as_an_error()
    {
        using (var client = await ConnectAsync())
        {
            await SendAsync(client, "POST /memories HTTP/1.1\r\nContent-Length: 1000\r\n", "{\"payload\":");
            client.Shutdown(SocketShutdown.Send);
            await CountedAsync("request");
        }

        AssertQuiet();
    }

    [Fact]
    public async Task A_client_that_goes_away_in_its_answer_is_counted_and_not_logged_as_an_error()
    {
        await FillAsync();
        using (var client = await ConnectAsync())
        {
            await SendAsync(client, "GET /memories HTTP/1.1\r\n", "");
            // Some of the answer, so that it has begun.
            Assert.True(await client.ReceiveAsync(new byte[1024]) > 0);
            client.LingerState = new LingerOption(true, 0);
        }

        await CountedAsync("answer");
        AssertQuiet();
        Assert.Contains("soma_gateway_answer_bytes 0\n", await MetricsAsync());
    }

    private async Task FillAsync()
    {
        for (var i = 0; i < 8; i++)
        {
            await _gateway.SendAsync("POST", "/memories", $$$"""{"coord":"{{{i}}}","payload":{"text":"{{{new string('x', 1_000_000)}}}"}}""");
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await client.ConnectAsync("127.0.0.1", _gateway.Client.BaseAddress!.Port);
        return client;
    }

    private async Task SendAsync(Socket client, string head, string body) =>
        await client.SendAsync(Encoding.ASCII.GetBytes($"{head}Host: soma\r\nAuthorization: Bearer {_gateway.Token}\r\n\r\n{body}"));

    private Task<string> MetricsAsync() => _gateway.Client.GetStringAsync("/metrics");

    private Task CountedAsync(string during) => Eventually.TrueAsync(async () =>
        (await MetricsAsync()).Contains($"soma_gateway_clients_gone_total{{during=\"{during}\"}} 1\n", StringComparison.Ordinal));

    private void AssertQuiet() => Assert.DoesNotContain(_gateway.Log.Entries, entry => entry.Level >= LogLevel.Warning);
}
