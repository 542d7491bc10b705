using System.Net.Sockets;
using System.Text;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Security;

/// <summary>Clients that send a byte now and then, so that a request never ends: their connections are closed, and others are served meanwhile.</summary>
public sealed class SlowClientTests(PatientSoma shared) : IClassFixture<PatientSoma>
{
    private const int Each = 20;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private static readonly (string Kind, string Start, string Drip, string Status)[] Kinds =
    [
        ("a header without an end", "GET /stats HTTP/1.1\r\nHost: a\r\nX-Endless: ", "x", "408"),
        ("a long body", Post("Content-Length: 100000") + "{\"payload\":{\"text\":\"", "x", "408"),
        ("a body of small chunks", Post("Transfer-Encoding: chunked"), "1\r\n \r\n", "408"),
        ("lines of an import", Post("Transfer-Encoding: chunked").Replace("/memories", "/namespaces/slow-import/import", StringComparison.Ordinal), "1\r\n \r\n", "408"),
        ("a body of someone without a token", "POST /memories HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{", "x", "401"),
    ];

    [Fact]
    public async Task A_request_that_drips_in_is_ended_by_the_server_and_others_are_served_meanwhile()
    {
        using var client = shared.Host.NewClient(SomaHost.NewNamespace("slow"));
        var slow = Kinds.SelectMany(kind => Enumerable.Range(0, Each).Select(async _ => (kind, Answer: await DripAsync(kind.Start, kind.Drip)))).ToList();
        var ended = Task.WhenAll(slow);
        var served = 0;
        do
        {
            (await client.PostAnswerAsync("/memories", """{"id":"quick","payload":{}}""")).Ok();
            served++;
        }
        while (!ended.IsCompleted);

        Assert.All(await ended, one => Assert.True(one.Answer.StartsWith($"HTTP/1.1 {one.kind.Status}", StringComparison.Ordinal), $"{one.kind.Kind}: {one.Answer}"));
        Assert.Equal(served, (await client.GetAnswerAsync("/memories/@quick")).Ok().Json.GetProperty("memory").GetProperty("version").GetInt32());
    }

    /// <returns>What the server had sent when it closed the connection.</returns>
    private async Task<string> DripAsync(string start, string drip)
    {
        using var socket = await RawHttp.ConnectAsync(shared.Host.Address);
        using var deadline = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        await socket.SendAsync(Encoding.Latin1.GetBytes(start), deadline.Token);
        var answer = RawHttp.ReadToEndAsync(socket, Deadline);
        try
        {
            while (!answer.IsCompleted && await timer.WaitForNextTickAsync(deadline.Token))
            {
                await socket.SendAsync(Encoding.Latin1.GetBytes(drip), deadline.Token);
            }
        }
        catch (SocketException)
        {
            // The server has closed the connection.
        }

        return await answer;
    }

    private static string Post(string length) =>
        $"POST /memories HTTP/1.1\r\nHost: a\r\n{RawHttp.Authorization}Content-Type: application/json\r\n{length}\r\n\r\n";
}
