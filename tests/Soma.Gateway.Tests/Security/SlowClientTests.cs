using System.Net.Sockets;
using System.Text;
using Soma.Gateway.Tests.Hosting;
using Soma.Testing;

namespace Soma.Gateway.Tests.Security;

/// <summary>Clients that send or read almost nothing are dropped by the server, so that they cannot hold its connections and memory.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class SlowClientTests(SharedSoma shared)
{
    private readonly SomaHost _soma = shared.Host;

    [Fact]
    public Task A_client_that_stops_in_its_head_in_its_body_or_in_its_answer_is_dropped() =>
        Task.WhenAll(StopInHeadAsync(), StopInBodyAsync(), StopInAnswerAsync());

    private async Task StopInHeadAsync()
    {
        // The deadline of reading fails the test if the server keeps the connection.
        var answer = await RawHttp.ExchangeAsync(_soma.Address, "GET /memories HTTP/1.1\r\nHost: soma\r\nX-A: b");
        Assert.Equal([408], RawHttp.Statuses(answer));
    }

    private async Task StopInBodyAsync()
    {
        var answer = await RawHttp.ExchangeAsync(_soma.Address, $"POST /memories HTTP/1.1\r\nHost: soma\r\n{RawHttp.Authorization}Content-Length: 1000\r\n\r\n{{\"payload\":");
        Assert.Equal([408], RawHttp.Statuses(answer));
    }

    private async Task StopInAnswerAsync()
    {
        var space = SomaHost.NewNamespace("slow");
        using var client = _soma.NewClient(space);
        for (var number = 0; number < 7; number++)
        {
            (await client.PostAnswerAsync("/memories", $$$"""{"coord":"{{{number}}}","payload":{"text":"{{{new string('x', Million)}}}"}}""")).Ok();
        }

        using var socket = await RawHttp.ConnectAsync(_soma.Address);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /memories HTTP/1.1\r\nHost: soma\r\n{RawHttp.Authorization}X-Soma-Namespace: {space}\r\n\r\n"));
        Assert.True(await socket.ReceiveAsync(new byte[16], SocketFlags.Peek) > 0);
        await Eventually.TrueAsync(async () => (await client.GetAnswerAsync("/metrics")).Text.Contains("soma_gateway_answer_bytes 0\n", StringComparison.Ordinal));

        Assert.InRange((await RawHttp.ReadToEndAsync(socket)).Length, 1, 7 * Million);
    }

    private const int Million = 1_000_000;
}
