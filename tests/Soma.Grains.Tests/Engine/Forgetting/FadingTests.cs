using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Forgetting;

public sealed class FadingTests
{
    private readonly InMemoryStore _store = new(isExclusive: true);
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));

    [Fact]
    public async Task Importance_halves_with_the_half_life_and_a_get_refreshes_it()
    {
        var engine = NewEngine(new NamespaceSettings { HalfLifeDays = 2 });
        await PutAsync(engine, "1", importance: 8);
        _clock.Advance(TimeSpan.FromDays(4));
        await PutAsync(engine, "2", importance: 3);
        // 8 × 2^(−4/2) = 2 is less than 3.
        Assert.Equal([("2.0", 1d), ("1.0", 2d / 3)], await ListAsync(engine));
        Assert.Equal([("2.0", 1d), ("1.0", 2d / 3)], await ShareAsync(engine));

        await engine.GetAsync("1");
        Assert.Equal([("1.0", 1d), ("2.0", 3d / 8)], await ListAsync(engine));
        Assert.Equal([("1.0", 1d), ("2.0", 3d / 8)], await ShareAsync(engine));
    }

    [Fact]
    public async Task Time_of_a_get_is_written_with_a_later_commit_and_known_to_the_next_owner()
    {
        var settings = new NamespaceSettings { HalfLifeDays = 2 };
        var engine = NewEngine(settings);
        await PutAsync(engine, "1", importance: 8);
        _clock.Advance(TimeSpan.FromDays(4));
        await PutAsync(engine, "2", importance: 3);
        await engine.GetAsync("1");
        _clock.Advance(TimeSpan.FromDays(1));
        await engine.CloseAsync();

        // Read a day before it was written: the age counts from the GET, not from the commit.
        Assert.Equal([("1.0", 1d), ("2.0", 3d / 8)], await ListAsync(NewEngine(settings)));
    }

    [Fact]
    public async Task Without_a_half_life_importance_does_not_fade()
    {
        var engine = NewEngine(new NamespaceSettings());
        await PutAsync(engine, "1", importance: 8);
        _clock.Advance(TimeSpan.FromDays(4000));
        await PutAsync(engine, "2", importance: 3);
        Assert.Equal([("1.0", 1d), ("2.0", 3d / 8)], await ListAsync(engine));
    }

    [Fact]
    public async Task Least_important_goes_by_faded_importance_of_gets_that_no_commit_has_carried()
    {
        var engine = NewEngine(new NamespaceSettings { HalfLifeDays = 2, MaxMemories = 2, Evict = EvictionRules.LeastImportant });
        await PutAsync(engine, "1", importance: 8);
        await PutAsync(engine, "2", importance: 9);
        _clock.Advance(TimeSpan.FromDays(10));
        await engine.GetAsync("1");
        await PutAsync(engine, "3", importance: 1);
        Assert.Null(await engine.GetAsync("2"));
        Assert.NotNull(await engine.GetAsync("1"));
    }

    [Fact]
    public async Task Half_life_that_is_set_under_a_bound_knows_the_times_that_were_kept_before()
    {
        var fading = new NamespaceSettings { HalfLifeDays = 2, MaxMemories = 2, Evict = EvictionRules.LeastImportant };
        var engine = NewEngine(fading);
        await PutAsync(engine, "1", importance: 8);
        await PutAsync(engine, "2", importance: 9);
        _clock.Advance(TimeSpan.FromDays(10));
        await engine.GetAsync("1");
        await engine.CloseAsync();

        var next = NewEngine(fading with { HalfLifeDays = null });
        await PutAsync(next, "2", importance: 9);
        _clock.Advance(TimeSpan.FromDays(1));
        await next.ApplyAsync(fading);
        await PutAsync(next, "3", importance: 1);
        Assert.Null(await next.GetAsync("1"));
    }

    [Fact]
    public async Task Importance_norm_rises_with_importance_and_outlives_the_most_important_memory_and_the_owner()
    {
        var engine = NewEngine(new NamespaceSettings { HalfLifeDays = 2 });
        double[] importances = [-1, 0, 0.5, 2, 7, 10];
        for (var i = 0; i < importances.Length; i++)
        {
            await PutAsync(engine, $"{i}", importances[i]);
        }

        var before = await NormsAsync(engine, 6);
        Assert.Equal([0, 0, 0.05, 0.2, 0.7, 1], before);
        await engine.WriteAsync(Delete("5"));
        _clock.Advance(TimeSpan.FromDays(30));
        await engine.CloseAsync();
        Assert.Equal(before[..5], await NormsAsync(NewEngine(new NamespaceSettings { HalfLifeDays = 2 }), 5));
    }

    private static async Task<double[]> NormsAsync(EngineHarness engine, int count)
    {
        var norms = new double[count];
        for (var i = 0; i < count; i++)
        {
            norms[i] = (await engine.GetAsync($"{i}"))!.ImportanceNorm;
        }

        return norms;
    }

    private static Task PutAsync(EngineHarness engine, string key, double importance)
    {
        var put = PutOf(key, "tea");
        put.Importance = importance;
        return engine.WriteAsync(CommandOf(AnswerKind.Store, null, put));
    }

    private static async Task<(string, double)[]> ListAsync(EngineHarness engine) =>
        [.. (await SearchAsync(engine, new SearchMemories { Query = "", TopK = 10, Timeout = TimeSpan.FromSeconds(20) })).Select(hit => (hit.Memory.Coordinate.Text, Math.Round(hit.Score, 9)))
            .Select(hit => (hit.Text, Near(hit.Item2)))];

    private static async Task<(string, double)[]> ShareAsync(EngineHarness engine) =>
        [.. (await SearchAsync(engine, new SearchMemories { Query = "tea", TopK = 10, ImportanceWeight = 1, Explain = true, Timeout = TimeSpan.FromSeconds(20) }))
            .Select(hit => (hit.Memory.Coordinate.Text, Near(hit.Explanation!.Importance!.Value)))];

    private static double Near(double value) => new[] { 1, 2d / 3, 3d / 8 }.FirstOrDefault(wanted => Math.Abs(wanted - value) < 1e-6, value);

    private static async Task<SearchHit[]> SearchAsync(EngineHarness engine, SearchMemories query) =>
        (await engine.RunAsync(running => running.SearchAsync(query, CancellationToken.None))).Hits;

    private EngineHarness NewEngine(NamespaceSettings settings) => new(_store, clock: _clock, parts: new HarnessParts { Settings = settings });
}
