using Soma.Grains.Engine.Tier.Indexing;

namespace Soma.Grains.Tests.Vectors.Indexing;

public sealed class IndexVerifierTests : IAsyncLifetime
{
    private IndexerHarness _harness = null!;

    private MemoryLog Log => _harness.Log;

    public async Task InitializeAsync() => _harness = await IndexerHarness.StartAsync();

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task A_check_of_everything_mends_what_nobody_saw_happen()
    {
        Write(0, 20);
        await _harness.CatchUpAsync();
        var old = Points.Of(_harness.NamespaceId, Points.Row(4, 1, text: "an old version"), 0, 0, 0, 1);
        var ghost = Points.Of(_harness.NamespaceId, Points.Row(99, 1, text: "a ghost"), 0, 0, 0, 1);
        await _harness.Index.UpsertAsync(Points.Space, [old, ghost], default);
        await _harness.Index.DeleteAsync(Points.Space, _harness.NamespaceId, [Points.At(7)], default);

        var report = await new IndexVerifier(_harness.NamespaceId, Points.Space, _harness.Parts).VerifyAsync(Log.Head, default);

        Assert.Equal((2L, 1L, true), (report.Mended, report.Removed, report.IsSettled));
        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task A_check_of_everything_takes_out_what_has_expired()
    {
        Log.Put(1, "tea", expiresAt: new(Points.Now.Microseconds + 1_000_000));
        Log.Put(2, "milk");
        await _harness.FollowAsync();
        Assert.Equal(2, (await _harness.HeldAsync()).Count);
        _harness.Clock.Advance(TimeSpan.FromSeconds(2));

        await new IndexVerifier(_harness.NamespaceId, Points.Space, _harness.Parts).VerifyAsync(Log.Head, default);

        Assert.Equal(Points.At(2), Assert.Single(await _harness.HeldAsync()).Coordinate);
    }

    private void Write(int from, int to)
    {
        for (var number = from; number < to; number++)
        {
            Log.Put(number, $"tea number {number}");
        }
    }
}
