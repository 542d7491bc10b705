using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Sweeping;
using Soma.Grains.Sweeping;
using Soma.Grains.Tests.Storage;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Sweeping;

public sealed class RemovalSweeperTests
{
    private readonly InMemoryStore _store = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));

    [Fact]
    public async Task Rows_of_a_deleted_namespace_stay_until_no_earlier_owner_can_read_them()
    {
        var owner = await TestOwner.TakeNewAsync(_store);
        await owner.CommitAsync(owner.Puts(1));
        await _store.RemoveAsync(new NamespaceRemoval(owner.Id, owner.Key, "soma"), default);
        var sweeper = new RemovalSweeper(
            _store, tier: null, new SweepOptions(), _clock, new Random(1), new SweepInstruments(new ScrapedMeter().Meter), NullLogger<RemovalSweeper>.Instance);

        await sweeper.SweepAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await sweeper.SweepAsync(default);
        // The lease of the owner is one second, and clocks may differ by five.
        Assert.Single(await _store.ReadLogAsync(owner.Id, 0, 10, default));

        _clock.Advance(TimeSpan.FromSeconds(2));
        await sweeper.SweepAsync(default);

        Assert.Empty(await _store.ReadLogAsync(owner.Id, 0, 10, default));
        Assert.Empty(await _store.FindRemovedAsync(10, default));
    }

    [Fact]
    public async Task Namespaces_in_use_are_left_alone()
    {
        var owner = await TestOwner.TakeNewAsync(_store);
        await owner.CommitAsync(owner.Puts(1));
        var sweeper = new RemovalSweeper(
            _store, tier: null, new SweepOptions(), _clock, new Random(1), new SweepInstruments(new ScrapedMeter().Meter), NullLogger<RemovalSweeper>.Instance);

        await sweeper.SweepAsync(default);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await sweeper.SweepAsync(default);

        await owner.CommitAsync(owner.Puts(2));
        Assert.Equal(2, (await owner.CountsAsync()).Total);
    }
}
