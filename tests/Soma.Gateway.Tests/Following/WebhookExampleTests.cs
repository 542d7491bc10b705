using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Soma.Gateway.Tests.Hosting;
using Soma.Testing;

namespace Soma.Gateway.Tests.Following;

/// <summary>The consumer of docs/changes.md against the running product and a receiver.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class WebhookExampleTests(SharedSoma soma) : IDisposable
{
    private readonly HttpListener _receiver = new();
    private readonly ConcurrentQueue<long> _received = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("soma-webhook-").FullName;

    [Fact]
    public async Task The_example_delivers_every_change_in_order_and_goes_on_where_it_was_killed()
    {
        var space = SomaHost.NewNamespace("hooked");
        using var client = soma.Host.NewClient(space);
        var hook = $"http://127.0.0.1:{FreePorts.Next()}/";
        _receiver.Prefixes.Add(hook);
        _receiver.Start();
        var receiving = ReceiveAsync();

        using (var first = Start(space, hook))
        {
            await StoreAsync(client, 1, 20);
            await Eventually.TrueAsync(() => _received.Contains(20));
            first.Kill();
            await first.WaitForExitAsync();
        }

        await StoreAsync(client, 21, 40);
        using (var second = Start(space, hook))
        {
            await Eventually.TrueAsync(() => _received.Contains(40));
            second.Kill();
            await second.WaitForExitAsync();
        }

        _receiver.Stop();
        await receiving;
        Assert.Equal(Enumerable.Range(1, 40).Select(seq => (long)seq), _received.Distinct());
        // The kill may fall between a delivery and the save of the place, so the newest change may come twice.
        Assert.InRange(_received.Count, 40, 41);
    }

    public void Dispose()
    {
        _receiver.Close();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var call = await _receiver.GetContextAsync();
                using var change = await JsonDocument.ParseAsync(call.Request.InputStream);
                _received.Enqueue(change.RootElement.GetProperty("seq").GetInt64());
                call.Response.StatusCode = 204;
                call.Response.Close();
            }
        }
        catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task StoreAsync(HttpClient client, int from, int to)
    {
        for (var i = from; i <= to; i++)
        {
            (await client.PostAnswerAsync("memories", $$"""{"coord":"{{i}}","payload":{"text":"memory é"} }""")).Ok();
        }
    }

    private Process Start(string space, string hook)
    {
        var script = Path.Combine(Repository.Root, "docs", "examples", "webhook.py");
        var start = new ProcessStartInfo("python3", [script]);
        start.Environment["SOMA_URL"] = soma.Host.Address.ToString().TrimEnd('/');
        start.Environment["SOMA_API_TOKEN"] = SomaHost.Token;
        start.Environment["SOMA_NAMESPACE"] = space;
        start.Environment["WEBHOOK"] = hook;
        start.Environment["PLACE"] = Path.Combine(_folder, "place.json");
        return Process.Start(start)!;
    }
}
