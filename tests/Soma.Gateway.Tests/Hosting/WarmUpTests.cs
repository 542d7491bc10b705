using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Hosting;

public sealed class WarmUpTests
{
    [Fact]
    public async Task The_first_store_of_a_process_is_rehearsed_and_leaves_no_namespace_and_no_count()
    {
        await using var host = await SomaHost.StartAsync();
        // Other hosts of this process publish the same metrics, so this host's own meter is listened to.
        var commits = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == host.Meter && instrument.Name == "soma_commits_total")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref commits, count));
        listener.Start();

        Assert.True(await host.WarmUp.Begin());

        Assert.Equal(0, Volatile.Read(ref commits));
        Assert.Null(await host.Store.TakeEpochAsync(new NamespaceKey("~", "~"), TimeSpan.Zero, CancellationToken.None));
        using var client = host.NewClient();
        using var stored = await client.PostAsJsonAsync("memories", new { payload = new { text = "a memory that counts" } });
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
        Assert.Equal(1, Volatile.Read(ref commits));
    }
}
