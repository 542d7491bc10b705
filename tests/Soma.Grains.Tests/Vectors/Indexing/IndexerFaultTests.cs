using Soma.Grains.Engine.Tier;
using Soma.Testing.Qdrant;

namespace Soma.Grains.Tests.Vectors.Indexing;

/// <summary>Whatever becomes of single requests: at the end the index is what the memories are.</summary>
public sealed class IndexerFaultTests : IAsyncLifetime
{
    private IndexerHarness _harness = null!;

    private MemoryLog Log => _harness.Log;

    public async Task InitializeAsync() => _harness = await IndexerHarness.StartAsync();

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task An_old_version_that_arrives_after_the_new_one_is_found_and_replaced()
    {
        await _harness.CatchUpAsync();
        Log.Put(1, "the old version");
        _harness.Stub.Inject(StubFault.Late(), request => request.IsUpdate);
        await _harness.FollowAsync();
        Log.Put(1, "the new version");
        await _harness.FollowAsync();
        _harness.Stub.ApplyLate();
        Assert.NotEqual(Log.Expected(_harness.NamespaceId), await _harness.HeldAsync());

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task First_vectors_that_arrive_after_better_ones_are_all_found()
    {
        await _harness.CatchUpAsync();
        Write(0, 24);
        var seen = new HashSet<string>();
        _harness.Stub.Chance = request => request.Body.Contains("\"dense\":[", StringComparison.Ordinal) && seen.Add(request.Body) ? StubFault.Late() : null;
        await _harness.FollowAsync();
        _harness.Stub.Chance = null;
        Log.Refine();
        await _harness.FollowAsync();
        await _harness.AssertEqualAsync();
        _harness.Stub.ApplyLate();
        Assert.Empty(Log.Expected(_harness.NamespaceId).Intersect(await _harness.HeldAsync()));

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task A_delete_that_arrives_after_a_new_write_takes_nothing_away_for_long()
    {
        Log.Put(1, "before");
        await _harness.CatchUpAsync();
        Log.Delete(1);
        _harness.Stub.Inject(StubFault.LateTimeout(), request => request.IsUpdate);
        await _harness.FollowAsync();
        Log.Put(1, "after");
        await _harness.FollowAsync();
        _harness.Stub.ApplyLate();
        Assert.Empty(await _harness.HeldAsync());

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task While_a_request_is_open_the_cursor_stays_before_it()
    {
        await _harness.CatchUpAsync();
        Log.Put(1, "one");
        _harness.Stub.Inject(StubFault.WaitTimeout(), request => request.IsUpdate);
        await _harness.FollowAsync();
        Log.Put(2, "two");
        await _harness.FollowAsync();

        Assert.Equal(0, _harness.Indexer.Saved.LogSeq);
        _harness.Stub.ApplyLate();
        await _harness.CatchUpAsync();
        Assert.Equal(2, _harness.Indexer.Saved.LogSeq);
    }

    [Fact]
    public async Task What_a_killed_predecessor_had_sent_is_found_when_it_arrives()
    {
        Write(0, 10);
        await _harness.CatchUpAsync();
        Log.Put(3, "sent by the one that died");
        _harness.Stub.Inject(StubFault.Late(), request => request.IsUpdate);
        _harness.Stub.Chance = _ => StubFault.Error(500);
        await Assert.ThrowsAsync<VectorTierUnavailableException>(() => _harness.Indexer.StepAsync(default));
        _harness.Stub.Chance = null;
        _harness.RestartIndexer();
        Log.Put(3, "written since");
        await _harness.FollowAsync();

        _harness.Stub.ApplyLate();
        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task A_clearing_that_arrives_late_empties_the_index_only_for_a_while()
    {
        Write(0, 20);
        _harness.Stub.Inject(StubFault.Late(), request => request.Path.EndsWith("/points/delete", StringComparison.Ordinal));
        await _harness.FollowAsync();
        _harness.Stub.ApplyLate();
        Assert.Empty(await _harness.HeldAsync());

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Under_any_mixture_of_faults_and_writes_the_index_ends_up_right(int seed)
    {
        var random = new Random(seed);
        var chance = new Random(seed * 1000);
        _harness.Stub.Chance = request => Draw(chance, request);
        for (var round = 0; round < 150; round++)
        {
            Change(random);
            await _harness.StepAsync();
            await DisturbAsync(random);
        }

        // Late requests arrive at the latest within the settle time: that is what the time stands for.
        _harness.Stub.Chance = null;
        _harness.Stub.ApplyLate();
        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
        Assert.Equal(0, _harness.Stub.LateRequests);
    }

    private void Change(Random random)
    {
        for (var i = random.Next(4); i > 0; i--)
        {
            if (random.Next(4) == 0)
            {
                Log.Delete(random.Next(30));
            }
            else
            {
                Log.Put(random.Next(30), $"tea {random.Next()}");
            }
        }

        if (random.Next(10) == 0)
        {
            Log.Refine();
        }
    }

    private async Task DisturbAsync(Random random)
    {
        switch (random.Next(40))
        {
            case 0:
                await _harness.Stub.KillAsync();
                await _harness.StepAsync();
                await _harness.Stub.StartAgainAsync();
                break;
            case 1:
                _harness.Stub.Forget();
                break;
            case 39:
                _harness.Stub.Forget();
                await MakeSpaceAsAnotherNamespaceAsync();
                break;
            case 2 or 3 or 4:
                _harness.RestartIndexer();
                break;
            case 5 or 6 or 7 or 8:
                // All that is late arrives before its settle time is over.
                _harness.Stub.ApplyLate();
                _harness.Settle();
                break;
            case < 14:
                _harness.Stub.ApplyLate();
                break;
        }
    }

    private async Task MakeSpaceAsAnotherNamespaceAsync()
    {
        try
        {
            await _harness.Index.EnsureAsync(Points.Space, default);
        }
        catch (VectorTierUnavailableException)
        {
            // Not this time.
        }
    }

    private static StubFault? Draw(Random chance, StubRequest request)
    {
        lock (chance)
        {
            return chance.Next(request.IsUpdate ? 16 : 40) switch
            {
                0 => StubFault.Cut(),
                1 => StubFault.CutAfter(),
                2 => request.IsUpdate ? StubFault.Late() : StubFault.Error(503),
                3 => request.IsUpdate ? StubFault.WaitTimeout() : StubFault.Error(429),
                4 => request.IsUpdate ? StubFault.LateTimeout() : StubFault.PlainText(502, "Bad gateway"),
                5 => StubFault.Error(500),
                _ => null,
            };
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
