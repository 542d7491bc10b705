using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Forgetting;

public sealed class DefaultLifetimeTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly EngineHarness _engine;

    public DefaultLifetimeTests() => _engine = new EngineHarness(
        new InMemoryStore(isExclusive: true), clock: _clock, parts: new HarnessParts { Settings = new NamespaceSettings { TtlSeconds = 60 } });

    [Fact]
    public async Task Memory_without_an_expiry_gets_that_of_the_namespace_and_any_other_keeps_its_own()
    {
        await StoreAsync("1", default);
        await StoreAsync("2", new Expiry { After = TimeSpan.FromSeconds(90) });
        await StoreAsync("3", Expiry.Never);
        await StoreAsync("4", new Expiry { At = Now(1) });

        Assert.Equal([Now(60), Now(90), null, Now(1)], [await EndAsync("1"), await EndAsync("2"), await EndAsync("3"), await EndAsync("4")]);
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(await _engine.GetAsync("1"));
        Assert.NotNull(await _engine.GetAsync("2"));
    }

    [Fact]
    public async Task Patch_leaves_the_expiry_unless_it_is_asked_to_change_it()
    {
        await StoreAsync("1", default);
        var end = await EndAsync("1");
        _clock.Advance(TimeSpan.FromSeconds(30));
        await PatchAsync(new PatchMemory { Coordinate = At("1"), Importance = 2 });
        Assert.Equal(end, await EndAsync("1"));
        await PatchAsync(new PatchMemory { Coordinate = At("1"), ChangesExpiry = true });
        Assert.Null(await EndAsync("1"));
    }

    [Fact]
    public async Task Changed_setting_counts_for_what_is_stored_from_then_on()
    {
        await StoreAsync("1", default);
        await _engine.ApplyAsync(new NamespaceSettings());
        await StoreAsync("2", default);
        Assert.Equal([Now(60), null], [await EndAsync("1"), await EndAsync("2")]);
    }

    private Instant? Now(int seconds) => Instant.From(_clock.GetUtcNow().AddSeconds(seconds));

    private Task StoreAsync(string key, Expiry expiry) => _engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf(key, "a memory", expiry: expiry)));

    private Task PatchAsync(PatchMemory patch) => _engine.WriteAsync(CommandOf(AnswerKind.Store, null, patch));

    private async Task<Instant?> EndAsync(string key) => (await _engine.GetAsync(key))!.ExpiresAt;
}
