using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Testing;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Observing;

public sealed class EngineInstrumentsTests
{
    private static readonly EngineOptions Options = new() { ReadLease = TimeSpan.FromMilliseconds(50) };

    private readonly InMemoryStore _store = new();
    private readonly HarnessParts _parts = new(Options);

    [Fact]
    public async Task Every_series_is_there_from_the_start_and_shows_nothing()
    {
        var shown = await _parts.ScrapeAsync();

        string[] expected =
        [
            "soma_commit_rows_count", "soma_commit_latency_seconds_count", "soma_commit_wait_seconds_count", "soma_commit_queue_rows",
            "soma_commit_queue_bytes", "soma_commit_queue_fullest_ratio", "soma_commit_queue_refusals_total", "soma_commits_unresolved",
            "soma_commits_total{outcome=\"committed\"}", "soma_commits_total{outcome=\"fenced\"}", "soma_commits_total{outcome=\"clashed\"}",
            "soma_commits_total{outcome=\"refused\"}", "soma_commits_total{outcome=\"failed\"}", "soma_commits_total{outcome=\"unknown\"}",
            "soma_fence_refusals_total{kind=\"commit\"}", "soma_fence_refusals_total{kind=\"lease_check\"}",
            "soma_fence_refusals_total{kind=\"epoch_advance\"}", "soma_lease_waits_total", "soma_lease_wait_seconds_count",
            "soma_lease_checks_total{outcome=\"answered\"}", "soma_lease_checks_total{outcome=\"failed\"}", "soma_activation_seconds_count",
            "soma_namespaces_active", "soma_cache_bytes", "soma_cache_hits_total", "soma_cache_misses_total", "soma_index_bytes",
            "soma_index_lag_memories", "soma_index_loads_total", "soma_index_load_seconds_count", "soma_search_seconds_count",
            "soma_searches_degraded_total", "soma_search_queue_length", "soma_search_refusals_total",
        ];
        Assert.Empty(expected.Except(shown.Keys));
        Assert.All(shown, series => Assert.Equal(0, series.Value));
    }

    [Fact]
    public async Task A_namespace_that_ends_takes_its_part_of_every_level_along()
    {
        var slow = new TaskCompletionSource();
        var faulty = new FaultyStore(_store);
        var engine = new EngineHarness(faulty, Options, parts: _parts);
        var other = new EngineHarness(faulty, Options, parts: _parts, key: new NamespaceKey("default", "other"));
        await engine.PutAsync("1");
        await engine.SearchAsync("memory");
        faulty.BeforeCommit = _ => slow.Task;
        var waiting = engine.PutAsync("2");

        await Eventually.TrueAsync(async () => (await _parts.ScrapeAsync())["soma_commit_queue_rows"] == 1);
        var shown = await _parts.ScrapeAsync();
        Assert.Equal(100, shown["soma_commit_queue_bytes"]);
        Assert.Equal(1.0 / Options.QueueRows, shown["soma_commit_queue_fullest_ratio"]);
        Assert.Equal(2, shown["soma_namespaces_active"]);
        Assert.True(shown["soma_cache_bytes"] > 0 && shown["soma_index_bytes"] > 0);

        var closing = engine.CloseAsync();
        slow.SetResult();
        await waiting;
        await closing;
        await engine.RunAsync(each =>
        {
            each.Dispose();
            return Task.FromResult(true);
        });
        await other.CloseAsync();

        shown = await _parts.ScrapeAsync();
        string[] gauges =
        [
            "soma_commit_queue_rows", "soma_commit_queue_bytes", "soma_commit_queue_fullest_ratio", "soma_namespaces_active",
            "soma_cache_bytes", "soma_index_bytes", "soma_index_lag_memories", "soma_commits_unresolved",
        ];
        Assert.All(gauges, level => Assert.Equal(0, shown[level]));
    }

    [Fact]
    public async Task Each_commit_counts_once_by_what_the_store_said()
    {
        var faulty = new FaultyStore(_store);
        var engine = new EngineHarness(faulty, Options, parts: _parts);
        await engine.PutAsync("1");
        faulty.NextCommit = StoreFault.Unavailable;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => engine.PutAsync("2"));
        faulty.NextCommit = StoreFault.Rejected;
        Assert.Equal(422, (await engine.PutAsync("3")).Status);
        faulty.NextCommit = StoreFault.FailAfterCommit;
        await engine.PutAsync("4");
        faulty.NextCommit = StoreFault.Fenced;
        await Assert.ThrowsAsync<ReplacedException>(() => engine.PutAsync("5"));

        var shown = await _parts.ScrapeAsync();

        Assert.All(
            (string[])["committed", "failed", "refused", "unknown", "fenced"],
            outcome => Assert.Equal(1, shown[$"soma_commits_total{{outcome=\"{outcome}\"}}"]));
        Assert.Equal(2, shown["soma_commit_rows_count"]);
        Assert.Equal(5, shown["soma_commit_latency_seconds_count"]);
        Assert.Equal(5, shown["soma_commit_wait_seconds_count"]);
        Assert.Equal(1, shown["soma_fence_refusals_total{kind=\"commit\"}"]);
    }

    [Fact]
    public async Task A_full_queue_is_counted()
    {
        var never = new TaskCompletionSource();
        var faulty = new FaultyStore(_store) { BeforeCommit = _ => never.Task };
        var engine = new EngineHarness(faulty, Options with { QueueRows = 1 }, parts: _parts);
        var first = engine.PutAsync("1");

        await Assert.ThrowsAsync<OverloadedException>(() => engine.PutAsync("2"));

        Assert.Equal(1, (await _parts.ScrapeAsync())["soma_commit_queue_refusals_total"]);
        never.SetResult();
        await first;
    }

    [Fact]
    public async Task A_refused_commit_leaves_one_warning_that_names_nobody()
    {
        var logger = new RecordingLogger();
        var parts = new HarnessParts(Options) { Logger = logger };
        var stale = new EngineHarness(_store, Options, parts: parts);
        await stale.PutAsync("1");
        await _store.TakeEpochAsync(Key, TimeSpan.FromMilliseconds(10), CancellationToken.None);

        await Assert.ThrowsAsync<ReplacedException>(() => stale.PutAsync("2"));

        Assert.Equal(["Warning: A commit was refused: another activation owns the namespace"], logger.Lines);
    }

    [Fact]
    public async Task An_owner_that_learns_it_by_a_lease_check_counts_that_once()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var stale = new EngineHarness(_store, new EngineOptions(), clock, parts: _parts);
        await stale.PutAsync("1");
        await _store.TakeEpochAsync(Key, TimeSpan.FromSeconds(1), CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(1.1));
        await Assert.ThrowsAsync<ReplacedException>(() => stale.GetAsync("1"));
        await Assert.ThrowsAsync<ReplacedException>(() => stale.GetAsync("1"));

        var shown = await _parts.ScrapeAsync();

        Assert.Equal(1, shown["soma_fence_refusals_total{kind=\"lease_check\"}"]);
        Assert.True(shown["soma_lease_checks_total{outcome=\"answered\"}"] >= 1);
    }

    [Fact]
    public async Task The_wait_for_a_predecessors_lease_shows_in_seconds_and_in_the_activation()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await new EngineHarness(_store, new EngineOptions(), clock).PutAsync("1");
        var successor = new EngineHarness(_store, new EngineOptions(), clock, parts: _parts);

        var write = successor.PutAsync("2");
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            return write.IsCompleted;
        });
        await write;

        var shown = await _parts.ScrapeAsync();
        Assert.Equal(1, shown["soma_lease_waits_total"]);
        Assert.True(shown["soma_lease_wait_seconds_sum"] >= 1.05);
        Assert.True(shown["soma_activation_seconds_sum"] >= shown["soma_lease_wait_seconds_sum"]);
        Assert.Equal(1, shown["soma_activation_seconds_count"]);
    }

    [Fact]
    public async Task What_searches_cannot_see_yet_is_the_lag_of_a_load_under_way()
    {
        var first = new EngineHarness(_store, Options);
        for (var i = 0; i < 5; i++)
        {
            await first.PutAsync($"{i}");
        }

        await first.WriteAsync(Delete("0"));
        await first.CloseAsync();
        var pages = new TaskCompletionSource();
        var faulty = new FaultyStore(_store);
        // A clock that stands still: the lease must not run out while the store answers nothing.
        var engine = new EngineHarness(faulty, Options with { LoadPageSize = 2 }, new FakeTimeProvider(DateTimeOffset.UtcNow), parts: _parts);
        Assert.NotNull(await engine.GetAsync("1"));
        Assert.Equal(0, (await _parts.ScrapeAsync())["soma_index_lag_memories"]);
        faulty.BeforeCall = () => pages.Task;
        var search = engine.SearchAsync("memory");

        await Eventually.TrueAsync(async () => (await _parts.ScrapeAsync())["soma_index_lag_memories"] == 4);
        pages.SetResult();

        Assert.Equal(4, (await search).Hits.Length);
        var shown = await _parts.ScrapeAsync();
        Assert.Equal(0, shown["soma_index_lag_memories"]);
        Assert.Equal(1, shown["soma_index_loads_total"]);
        Assert.Equal(1, shown["soma_index_load_seconds_count"]);
        Assert.Equal(1, shown["soma_search_seconds_count"]);
    }

    [Fact]
    public async Task Reads_count_what_the_cache_knew_and_what_the_store_was_asked_for()
    {
        var first = new EngineHarness(_store, Options);
        await first.PutAsync("1");
        await first.CloseAsync();
        var engine = new EngineHarness(_store, Options, parts: _parts);

        await engine.GetAsync("1");
        await engine.GetAsync("1");
        await engine.GetAsync("2");

        var shown = await _parts.ScrapeAsync();
        Assert.Equal(1, shown["soma_cache_hits_total"]);
        Assert.Equal(2, shown["soma_cache_misses_total"]);
    }
}
