using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Sweeping;
using Soma.Grains.Sweeping;
using Soma.Grains.Vectors.Qdrant;
using Soma.Testing.Qdrant;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Owning;

/// <summary>What a namespace that is awake makes of memories whose time is over, and of their being swept in the store.</summary>
public sealed class ExpiryTests
{
    private const int Ending = 30;

    private static readonly EngineOptions Options = new() { ReadLease = TimeSpan.FromMilliseconds(50), ResidentLimit = 20 };

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));

    [Fact]
    public async Task Index_lets_go_of_expired_memories()
    {
        var (store, parts) = (new InMemoryStore(), new HarnessParts(Options));
        var engine = await FillAsync(store, parts);
        var before = (await parts.ScrapeAsync())["soma_index_bytes"];

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(await engine.GetAsync("1000"));

        var after = (await parts.ScrapeAsync())["soma_index_bytes"];
        Assert.True(after < before, $"{before} bytes became {after}");
        Assert.Single((await engine.SearchAsync("a memory")).Hits);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Swept_memories_count_no_more_towards_the_resident_limit(bool isExclusive, bool hearsOfItByAWrite)
    {
        await using var stub = await QdrantStub.StartAsync();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var store = new InMemoryStore(isExclusive);
        var parts = new HarnessParts(Options) { Vectors = new QdrantVectorIndex(http, new QdrantOptions { Url = stub.Url }, TimeProvider.System) };
        var engine = await FillAsync(store, parts);
        var asked = await TierSearchesAsync(parts);
        await engine.SearchAsync("memory");
        Assert.Equal(asked + 1, await TierSearchesAsync(parts));

        _clock.Advance(TimeSpan.FromMinutes(1));
        using (var sweeper = new ExpirySweeper(
            store, null, Options.Sweep, _clock, new Random(1), new SweepInstruments(new Meter("Soma.Grains")), NullLogger<ExpirySweeper>.Instance))
        {
            await sweeper.SweepAsync(default);
        }

        if (hearsOfItByAWrite)
        {
            await engine.PutAsync("2000");
        }
        else
        {
            await Soma.Testing.Eventually.TrueAsync(async () =>
            {
                await engine.GetAsync("1000");
                var known = await TierSearchesAsync(parts);
                await engine.SearchAsync("memory");
                return await TierSearchesAsync(parts) == known;
            });
        }

        asked = await TierSearchesAsync(parts);
        Assert.Equal(hearsOfItByAWrite ? 2 : 1, (await engine.SearchAsync("memory")).Hits.Length);
        Assert.Equal(asked, await TierSearchesAsync(parts));
        await engine.CloseAsync();
    }

    private async Task<EngineHarness> FillAsync(InMemoryStore store, HarnessParts parts)
    {
        var engine = new EngineHarness(store, Options, _clock, parts: parts);
        await engine.PutAsync("1000");
        for (var i = 0; i < Ending; i++)
        {
            await engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf($"{i}", "a memory", expiry: new Expiry { After = TimeSpan.FromSeconds(1) })));
        }

        return engine;
    }

    // Whether it could serve or not: a namespace below the limit does not ask it.
    private static async Task<double> TierSearchesAsync(HarnessParts parts)
    {
        var shown = await parts.ScrapeAsync();
        return shown["soma_vector_tier_searches_total"] + shown["soma_vector_tier_fallbacks_total"];
    }
}
