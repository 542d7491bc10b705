using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Engine.Owning;

/// <summary>An owner whose store is replaced by one that lacks what it committed.</summary>
public sealed class LossTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly HarnessParts _parts = new();
    private readonly FaultyStore _store = new(new InMemoryStore());
    private readonly EngineHarness _owner;

    public LossTests() => _owner = new EngineHarness(_store, new EngineOptions(), _clock, parts: _parts);

    [Fact]
    public async Task An_owner_that_finds_fewer_commits_under_its_own_epoch_reports_the_loss_and_answers_no_more()
    {
        await PutAsync(_owner, 3);
        _store.FailOverTo(await StoreOfAsync(memories: 1, epochs: 1));
        _clock.Advance(TimeSpan.FromSeconds(1.1));

        await Assert.ThrowsAsync<ReplacedException>(() => _owner.GetAsync("1"));

        Assert.Equal([new LostStretch(EngineHarness.Key, 3, -1)], _parts.Lost.Known);
        Assert.True(_owner.WasReplaced);
    }

    [Fact]
    public async Task An_owner_that_finds_an_epoch_before_its_own_reports_the_loss()
    {
        var before = new EngineHarness(_store, new EngineOptions(), _clock, parts: _parts);
        await PutAsync(before, 1);
        await before.CloseAsync();
        await PutAsync(_owner, 1);
        _store.FailOverTo(await StoreOfAsync(memories: 5, epochs: 1));
        _clock.Advance(TimeSpan.FromSeconds(1.1));

        await Assert.ThrowsAsync<ReplacedException>(() => _owner.GetAsync("1"));

        Assert.NotNull(_parts.Lost.Known);
    }

    [Fact]
    public async Task A_standby_with_all_commits_is_no_loss()
    {
        await PutAsync(_owner, 3);
        _store.FailOverTo(await StoreOfAsync(memories: 3, epochs: 1));
        _clock.Advance(TimeSpan.FromSeconds(1.1));

        Assert.NotNull(await _owner.GetAsync("1"));

        Assert.Null(_parts.Lost.Known);
    }

    [Fact]
    public async Task A_successor_is_no_loss()
    {
        await PutAsync(_owner, 3);
        _store.FailOverTo(await StoreOfAsync(memories: 3, epochs: 2));
        _clock.Advance(TimeSpan.FromSeconds(1.1));

        await Assert.ThrowsAsync<ReplacedException>(() => _owner.GetAsync("1"));

        Assert.Null(_parts.Lost.Known);
    }

    [Fact]
    public void Callers_of_a_namespace_are_told_of_no_other_one()
    {
        var lost = new LostWrites();
        lost.Report([new LostStretch(new NamespaceKey("acme", "secret"), 17, 12), new LostStretch(null, 0, 0)]);

        Assert.Contains("seq 17 was acknowledged, and the store ends at seq 12", lost.DescribeFor(new NamespaceKey("acme", "secret")), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", lost.DescribeFor(new NamespaceKey("beta", "notes")), StringComparison.Ordinal);
        Assert.Throws<StoreUnavailableException>(lost.ThrowIfAny);
    }

    private static async Task PutAsync(EngineHarness owner, int memories)
    {
        for (var i = 1; i <= memories; i++)
        {
            await owner.PutAsync($"{i}");
        }
    }

    /// <summary>A store with the same namespace, which so many owners had one after the other.</summary>
    private async Task<InMemoryStore> StoreOfAsync(int memories, int epochs)
    {
        var store = new InMemoryStore();
        var owner = new EngineHarness(store, new EngineOptions(), _clock);
        await PutAsync(owner, memories);
        await owner.CloseAsync();
        for (var epoch = 1; epoch < epochs; epoch++)
        {
            await store.TakeEpochAsync(EngineHarness.Key, TimeSpan.FromSeconds(1), default);
        }

        return store;
    }
}
