using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests;

public sealed class MemoryReturnTests
{
    private const int Readers = 200;
    private const long Near = 40L << 20;

    // Long enough for a busy machine. A process that keeps the memory keeps it until its end.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Memory_goes_back_after_slow_readers_of_large_answers_have_left()
    {
        using var data = new TestFolder();
        await using var soma = new SomaProcess(new Dictionary<string, string?>
        {
            ["SOMA_DATA_DIR"] = data.Location,
            // The sentence model takes 100 MB from the first text until a minute after the last, which is not what is asked here.
            ["SOMA_EMBEDDINGS"] = "fast",
            // On a busy machine the last of 200 such answers may take longer than the default's ten seconds.
            ["SOMA_REQUEST_TIMEOUT_SECONDS"] = "120",
        });
        await soma.StartAsync("serve");
        for (var batch = 0; batch < 20; batch++)
        {
            var items = Enumerable.Range(batch * 50, 50).Select(i => new { coord = $"{i}", payload = new { text = $"note {i}", blob = new string('y', 7000) } });
            using var stored = await soma.Client.PostAsJsonAsync("/memories/batch", new { items });
            Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
        }

        var before = soma.ResidentBytes;
        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => BeginToReadAsync(soma.Port)));
        foreach (var reader in readers)
        {
            reader.Dispose();
        }

        // Without the collection the process stays 100 MB above what it had before.
        await Eventually.TrueAsync(() => soma.ResidentBytes <= before + Near, Patience);
    }

    /// <summary>Asks for an answer of 7 MB, reads its first bytes and then no more.</summary>
    private static async Task<Socket> BeginToReadAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /memories?limit=1000 HTTP/1.1\r\nHost: soma\r\nAuthorization: Bearer {SomaProcess.Token}\r\n\r\n"));
        var head = new byte[12];
        await socket.ReceiveAsync(head);
        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(head));
        return socket;
    }
}
