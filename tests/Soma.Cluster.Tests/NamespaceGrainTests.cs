using System.Text;
using Soma.Grains.Interfaces;

namespace Soma.Cluster.Tests;

public sealed class NamespaceGrainTests(SomaCluster cluster) : IClassFixture<SomaCluster>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_memory_stored_through_one_client_is_read_and_found()
    {
        var grain = cluster.Namespace("stored");
        var reply = await grain.WriteAsync(Put("1,2", """{"text":"the kettle is blue"}"""));

        Assert.Equal(200, reply.Status);
        Assert.Equal("""{"coord":"1.0,2.0","memory_type":"semantic","ok":true,"seq":1,"version":1,"embedding_source":"soma-fast-2"}""", Encoding.UTF8.GetString(reply.Body));
        var read = (await grain.GetAsync(Get("1,2"))).Memory!;
        Assert.Equal("""{"text":"the kettle is blue"}""", Encoding.UTF8.GetString(read.Payload));
        Assert.Equal("1.0,2.0", Assert.Single((await Search(grain, "what colour has the kettle")).Hits).Memory.Coordinate.Text);
    }

    [Fact]
    public async Task Writers_on_one_coordinate_make_one_gap_free_order()
    {
        var grain = cluster.Namespace("order");

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            var seqs = new List<long>();
            for (var i = 0; i < 125; i++)
            {
                seqs.Add((await grain.WriteAsync(Put("7", $$"""{"text":"{{writer}}/{{i}}"}"""))).Seq);
            }

            return seqs;
        }));

        Assert.Equal(Enumerable.Range(1, 1000).Select(seq => (long)seq), replies.SelectMany(seqs => seqs).Order());
        Assert.Equal(1000, (await grain.GetAsync(Get("7"))).Memory!.Version);
    }

    [Fact]
    public async Task A_namespace_that_was_deactivated_comes_back_with_everything()
    {
        var grain = cluster.Namespace("cold");
        for (var i = 0; i < 20; i++)
        {
            await grain.WriteAsync(Put($"{i}", $$"""{"text":"note number {{i}} about giraffes"}"""));
        }

        await cluster.Cluster.DeactivateAsync(grain);

        Assert.Equal(20, (await Search(grain, "giraffes")).Hits.Length);
        Assert.Equal(21, (await grain.WriteAsync(Put("20", "{}"))).Seq);
    }

    [Fact]
    public async Task Namespaces_and_tenants_with_similar_names_share_nothing()
    {
        var keys = new[] { ("b1", "default"), ("B1", "default"), ("0b1", "default"), ("b1", "other") };
        foreach (var (name, tenant) in keys)
        {
            await cluster.Namespace(name, tenant).SetSettingsAsync(new NamespaceSettings { SequenceFields = [name + tenant] });
            await cluster.Namespace(name, tenant).WriteAsync(Put("1", $$"""{"text":"{{name}} {{tenant}}"}"""));
        }

        foreach (var (name, tenant) in keys)
        {
            var grain = cluster.Namespace(name, tenant);
            await cluster.Cluster.DeactivateAsync(grain);
            Assert.Equal([name + tenant], (await grain.GetSettingsAsync()).SequenceFields);
            Assert.Contains($"{name} {tenant}", Encoding.UTF8.GetString((await grain.GetAsync(Get("1"))).Memory!.Payload), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_owner_whose_epoch_was_taken_refuses_and_the_next_call_gets_a_new_owner()
    {
        var grain = cluster.Namespace("taken");
        await grain.WriteAsync(Put("1", "{}"));
        await cluster.Store.TakeEpochAsync(new NamespaceKey("default", "taken"), TimeSpan.FromMilliseconds(100), CancellationToken.None);

        await Assert.ThrowsAsync<ReplacedException>(() => grain.WriteAsync(Put("2", "{}")));
        await Testing.Eventually.TrueAsync(async () =>
        {
            try
            {
                return (await grain.WriteAsync(Put("2", "{}"))).Seq == 2;
            }
            catch (ReplacedException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Stopping_a_silo_under_load_loses_no_acknowledged_write()
    {
        var grains = Enumerable.Range(0, 8).Select(i => cluster.Namespace($"moving-{i}")).ToArray();
        var stop = new CancellationTokenSource();
        var writers = grains.Select(grain => WriteUntilAsync(grain, stop.Token)).ToArray();
        await Testing.Eventually.TrueAsync(async () => (await cluster.Store.ReadStatsAsync(false, CancellationToken.None)).Total.Total > 100);

        var silo = await cluster.Cluster.StartAdditionalSiloAsync();
        await cluster.Cluster.StopSiloAsync(silo);
        await cluster.Cluster.RestartSiloAsync(cluster.Cluster.Silos[1]);
        await stop.CancelAsync();

        var acknowledged = await Task.WhenAll(writers);
        for (var i = 0; i < grains.Length; i++)
        {
            foreach (var (coordinate, seq) in acknowledged[i])
            {
                Assert.Equal(seq, (await grains[i].GetAsync(Get(coordinate))).Memory?.Seq);
            }
        }
    }

    private static async Task<List<(string Coordinate, long Seq)>> WriteUntilAsync(INamespaceGrain grain, CancellationToken stop)
    {
        var acknowledged = new List<(string, long)>();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            try
            {
                acknowledged.Add(($"{i}", (await grain.WriteAsync(Put($"{i}", "{}"), CancellationToken.None)).Seq));
            }
            catch (Exception e) when (e is SomaException or OrleansException or TimeoutException)
            {
                // The write was not acknowledged, so it may have been applied or not.
            }
        }

        return acknowledged;
    }

    internal static GetMemory Get(string coordinate) => new() { Coordinate = At(coordinate), Timeout = Patience };

    private static Task<SearchReply> Search(INamespaceGrain grain, string query) =>
        grain.SearchAsync(new SearchMemories { Query = query, TopK = 50, Timeout = Patience });

    private static Coordinate At(string text) => Coordinate.TryParse(text, out var coordinate) ? coordinate : throw new ArgumentException(text);

    internal static WriteCommand Put(string coordinate, string payload) => new()
    {
        Operations = [new PutMemory { Coordinate = At(coordinate), Payload = Encoding.UTF8.GetBytes(payload), Type = MemoryType.Semantic, Importance = 1 }],
        Answer = AnswerKind.Store,
        Timeout = Patience,
        Bytes = payload.Length,
    };
}
