using Soma.Grains.Engine.Tier.Indexing;
using Soma.Testing.Qdrant;

namespace Soma.Grains.Tests.Vectors.Indexing;

public sealed class IndexerLoopTests : IAsyncLifetime
{
    private IndexerHarness _harness = null!;

    private MemoryLog Log => _harness.Log;

    public async Task InitializeAsync() => _harness = await IndexerHarness.StartAsync();

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task The_loop_goes_on_after_failures_and_ends_when_told_to()
    {
        Write(0, 20);
        _harness.Stub.Inject(StubFault.Error(500));
        using var stop = new CancellationTokenSource();
        var failures = 0;
        var loop = new IndexerLoop(
            _harness.Indexer,
            _harness.Parts.Options,
            (delay, _) =>
            {
                _harness.Clock.Advance(delay + TimeSpan.FromMilliseconds(1));
                return _harness.Indexer.Saved.LogSeq == Log.Head ? stop.CancelAsync() : Task.CompletedTask;
            },
            _ => failures++);

        await loop.RunAsync(stop.Token);

        Assert.Equal(1, failures);
        await _harness.AssertCaughtUpAsync();
    }

    private void Write(int from, int to)
    {
        for (var number = from; number < to; number++)
        {
            Log.Put(number, $"tea number {number}");
        }
    }
}
