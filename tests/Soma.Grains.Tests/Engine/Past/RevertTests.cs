using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Past;

public sealed class RevertTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly FaultyStore _store = new(new InMemoryStore(isExclusive: true));
    private readonly EngineHarness _engine;

    public RevertTests() => _engine = new EngineHarness(_store, clock: _clock);

    [Fact]
    public async Task An_expiry_that_is_over_is_left_out()
    {
        await _engine.WriteAsync(CommandOf(
            AnswerKind.Store, null, PutOf("1", "gone soon", expiry: new Expiry { After = TimeSpan.FromMinutes(1) })));
        Assert.Equal(200, (await RevertAsync()).Status);
        Assert.Equal(_clock.GetUtcNow().AddMinutes(1), (await _engine.GetAsync("1"))!.ExpiresAt!.Value.ToDateTimeOffset());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await _engine.GetAsync("1"));
        Assert.Equal(200, (await RevertAsync()).Status);
        Assert.Null((await _engine.GetAsync("1"))!.ExpiresAt);
    }

    [Fact]
    public async Task A_version_that_is_purged_while_its_revert_waits_does_not_come_back()
    {
        await _engine.PutAsync("1", "a secret");
        // The purge and the revert behind it wait for the commit that is under way, and then share a batch.
        var commit = new TaskCompletionSource();
        _store.BeforeCommit = async _ => await commit.Task;
        var first = _engine.PutAsync("2");
        var purge = _engine.WriteAsync(CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = At("1"), Purge = true }));
        var revert = RevertAsync();
        commit.SetResult();
        await Task.WhenAll(first, purge);
        Assert.Equal(410, (await revert).Status);
        Assert.Null(await _engine.GetAsync("1"));
    }

    private Task<WriteReply> RevertAsync() =>
        _engine.WriteAsync(CommandOf(AnswerKind.Store, null, new RevertMemory { Coordinate = At("1"), Version = 1 }));
}
