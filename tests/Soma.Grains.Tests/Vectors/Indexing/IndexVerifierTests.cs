namespace Soma.Grains.Tests.Vectors.Indexing;

public sealed class IndexVerifierTests : IAsyncLifetime
{
    private IndexerHarness _harness = null!;

    private MemoryLog Log => _harness.Log;

    public async Task InitializeAsync() => _harness = await IndexerHarness.StartAsync();

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task An_idle_indexer_mends_what_nobody_saw_happen()
    {
        Write(0, 20);
        await _harness.CatchUpAsync();
        var old = Points.Of(_harness.NamespaceId, Points.Row(4, 1, text: "an old version"), 0, 0, 0, 1);
        var ghost = Points.Of(_harness.NamespaceId, Points.Row(99, 1, text: "a ghost"), 0, 0, 0, 1);
        await _harness.Index.UpsertAsync(Points.Space, [old, ghost], default);
        await _harness.Index.DeleteAsync(Points.Space, _harness.NamespaceId, [Points.At(7)], default);

        await VerifyAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task An_idle_indexer_takes_out_what_has_expired()
    {
        Log.Put(1, "tea", expiresAt: new(Points.Now.Microseconds + 1_000_000));
        Log.Put(2, "milk");
        await _harness.FollowAsync();
        Assert.Equal(2, (await _harness.HeldAsync()).Count);
        _harness.Clock.Advance(TimeSpan.FromSeconds(2));

        await VerifyAsync();

        Assert.Equal(Points.At(2), Assert.Single(await _harness.HeldAsync()).Coordinate);
    }

    // The pages of a pass are few here: far fewer than these steps, each of which checks one.
    private async Task VerifyAsync()
    {
        _harness.Clock.Advance(_harness.Parts.Options.VerifyInterval + TimeSpan.FromSeconds(1));
        for (var i = 0; i < 20; i++)
        {
            await _harness.CatchUpAsync();
        }
    }

    private void Write(int from, int to)
    {
        for (var number = from; number < to; number++)
        {
            Log.Put(number, $"tea number {number}");
        }
    }
}
