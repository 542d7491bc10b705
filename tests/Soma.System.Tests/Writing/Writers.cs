using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Soma.System.Tests.Writing;

/// <summary>
/// Concurrent clients that store memories until the service ends, and remember what they sent and what was
/// acknowledged. Every second client sends batches.
/// </summary>
internal sealed class Writers(HttpClient client, string soleNamespace, int count)
{
    private const int BatchSize = 3;

    private readonly ConcurrentQueue<SentWrite> _sent = [];
    private int _acknowledged;

    /// <summary>All requests that were sent, whether or not they were answered.</summary>
    public IReadOnlyCollection<SentWrite> Sent => _sent;

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Returns when every writer has lost its connection.</summary>
    public Task RunAsync() => Task.WhenAll(Enumerable.Range(1, count).Select(writer => Task.Run(() => WriteUntilCutOffAsync(writer))));

    public async Task WaitForAcknowledgedAsync(int number)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Acknowledged < number)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), deadline.Token);
        }
    }

    private async Task WriteUntilCutOffAsync(int writer)
    {
        for (var number = 1; ; number += BatchSize)
        {
            var size = writer % 2 == 0 ? BatchSize : 1;
            var write = new SentWrite([.. Enumerable.Range(number, size).Select(n => new SentMemory($"{writer}.0,{n}.0", $"writer {writer} noted {n}"))]);
            _sent.Enqueue(write);
            try
            {
                write.FirstSeq = await SendAsync(write);
                Interlocked.Increment(ref _acknowledged);
            }
            catch (Exception cut) when (cut is HttpRequestException or SocketException or IOException)
            {
                return;
            }
        }
    }

    private async Task<long> SendAsync(SentWrite write)
    {
        var items = write.Memories.Select(memory => new JsonObject
        {
            ["coord"] = memory.Coordinate,
            ["payload"] = new JsonObject { ["text"] = memory.Text },
        }).ToArray();
        var single = items.Length == 1;
        using var request = new HttpRequestMessage(HttpMethod.Post, single ? "/memories" : "/memories/batch")
        {
            Content = JsonContent.Create(single ? items[0] : new JsonObject { ["items"] = new JsonArray([.. items]) }),
        };
        request.Headers.Add("X-Soma-Namespace", soleNamespace);
        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body.ToString());
        return body.GetProperty(single ? "seq" : "seq_first").GetInt64();
    }
}
