using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Sweeping;
using Soma.Grains.Sweeping;
using Soma.Grains.Tests.Storage;
using Soma.Grains.Tests.Vectors;
using Soma.Grains.Vectors.Qdrant;
using Soma.Testing;
using Soma.Testing.Qdrant;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Sweeping;

public sealed class ExpirySweeperTests
{
    private readonly InMemoryStore _store = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly ScrapedMeter _metrics = new();

    private Instant Now => Instant.From(_clock.GetUtcNow());

    [Fact]
    public async Task Everything_that_is_over_is_reclaimed_in_small_sets_and_no_owner_is_disturbed()
    {
        var owners = new[] { await TestOwner.TakeNewAsync(_store), await TestOwner.TakeNewAsync(_store) };
        foreach (var owner in owners)
        {
            await owner.CommitAsync(owner.Batch([.. Enumerable.Range(1, 12).Select(i => owner.PutRow(i, i).With(memory => memory with { ExpiresAt = i > 2 ? Now : null }))]));
        }

        _clock.Advance(TimeSpan.FromMinutes(1));
        await Sweeper(_store, new SweepOptions { SetSize = 3 }).SweepAsync(default);

        foreach (var owner in owners)
        {
            Assert.Equal(2, (await owner.CountsAsync()).Total);
            await owner.CommitAsync(owner.Puts(3));
            Assert.Equal(3, (await owner.CountsAsync()).Total);
        }

        Assert.Equal(20, (await _metrics.ScrapeAsync())["soma_swept_memories_total"]);
    }

    [Fact]
    public async Task What_is_only_just_over_waits_for_silos_whose_clocks_are_behind()
    {
        var owner = await TestOwner.TakeNewAsync(_store);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1).With(memory => memory with { ExpiresAt = Now })));
        var sweeper = Sweeper(_store, new SweepOptions { ClockSlack = TimeSpan.FromSeconds(5) });

        _clock.Advance(TimeSpan.FromSeconds(4));
        await sweeper.SweepAsync(default);
        Assert.Equal(1, (await owner.CountsAsync()).Total);

        _clock.Advance(TimeSpan.FromSeconds(2));
        await sweeper.SweepAsync(default);
        Assert.Equal(0, (await owner.CountsAsync()).Total);
    }

    [Fact]
    public async Task Old_receipts_of_a_namespace_at_rest_go_though_it_holds_no_expired_memory()
    {
        var owner = await TestOwner.TakeNewAsync(_store);
        await owner.CommitAsync(owner.Puts(1) with { Receipts = [.. Enumerable.Range(0, 7).Select(i => owner.Receipt($"c:{i}"))] });
        await Sweeper(_store, new SweepOptions { SetSize = 3, ReceiptPage = 1 }).SweepAsync(default);
        Assert.Empty((await _store.ReadAsync(owner.Id, [], [.. Enumerable.Range(0, 7).Select(i => $"c:{i}")], default)).Receipts);
        Assert.Equal(1, (await owner.CountsAsync()).Total);
    }

    [Fact]
    public async Task Service_sweeps_by_itself_and_goes_on_after_the_store_was_away()
    {
        var owner = await TestOwner.TakeNewAsync(_store);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1).With(memory => memory with { ExpiresAt = Now })));
        var store = new DownStore(_store) { IsDown = true };
        using var sweeper = Sweeper(store, new SweepOptions { Interval = TimeSpan.FromSeconds(10) });
        await sweeper.StartAsync(default);

        await Eventually.TrueAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(15));
            return (await _metrics.ScrapeAsync())["soma_sweep_failures_total"] > 0;
        });
        store.IsDown = false;
        await Eventually.TrueAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(15));
            return (await owner.CountsAsync()).Total == 0;
        });
        await sweeper.StopAsync(default);
    }

    [Fact]
    public async Task Points_of_what_was_reclaimed_leave_the_vector_tier_and_points_written_again_stay()
    {
        await using var stub = await QdrantStub.StartAsync();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var tier = new QdrantVectorIndex(http, new QdrantOptions { Url = stub.Url }, TimeProvider.System);
        var (past, future) = (new Instant(Now.Microseconds - 60_000_000), new Instant(Now.Microseconds + 60_000_000));
        await tier.EnsureAsync(Points.Space, default);
        await tier.UpsertAsync(Points.Space, [Points.Of(1, Points.Row(1, 1, expiresAt: past), 1, 0, 0, 0), Points.Of(2, Points.Row(1, 2, expiresAt: future), 1, 0, 0, 0), Points.Of(2, Points.Row(2, 1), 1, 0, 0, 0)], default);

        await Sweeper(_store, new SweepOptions(), tier).SweepAsync(default);

        Assert.Equal(0, await tier.CountAsync(Points.Space, 1, default));
        Assert.Equal(2, await tier.CountAsync(Points.Space, 2, default));
        Assert.Empty(stub.Violations);
    }

    private ExpirySweeper Sweeper(ISweepStore store, SweepOptions options, QdrantVectorIndex? tier = null) => new(
        store, tier, options, _clock, new Random(1), new SweepInstruments(_metrics.Meter), NullLogger<ExpirySweeper>.Instance);

    private sealed class DownStore(ISweepStore store) : ISweepStore
    {
        public volatile bool IsDown;

        public Task<IReadOnlyList<ExpiredMemory>> FindExpiredAsync(Instant before, int limit, CancellationToken cancellationToken) => IsDown
            ? throw new StoreUnavailableException("The store is away.")
            : store.FindExpiredAsync(before, limit, cancellationToken);

        public Task<(IReadOnlyList<long> Namespaces, long Next)> FindExpiredReceiptsAsync(
            Instant before, long afterNamespaceId, int limit, CancellationToken cancellationToken) =>
            store.FindExpiredReceiptsAsync(before, afterNamespaceId, limit, cancellationToken);

        public Task<SweptSet> SweepAsync(
            long namespaceId, Instant before, IReadOnlyList<ExpiredMemory> memories, int receiptLimit, CancellationToken cancellationToken) =>
            store.SweepAsync(namespaceId, before, memories, receiptLimit, cancellationToken);
    }
}
