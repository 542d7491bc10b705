using Soma.Grains.Engine.Tier.Indexing;
using Soma.Grains.Storage;
using Soma.Testing.Qdrant;

namespace Soma.Grains.Tests.Vectors.Indexing;

public sealed class NamespaceIndexerTests : IAsyncLifetime
{
    private IndexerHarness _harness = null!;

    private MemoryLog Log => _harness.Log;

    public async Task InitializeAsync() => _harness = await IndexerHarness.StartAsync();

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task The_index_becomes_what_the_memories_are()
    {
        Write(0, 30);
        Log.Delete(3);
        Log.Put(4, "tea again");

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
        Assert.Equal(29, Log.Living.Count);
    }

    [Fact]
    public async Task The_cursor_waits_until_a_predecessors_requests_can_no_longer_arrive()
    {
        Write(0, 5);
        await _harness.FollowAsync();

        await _harness.AssertEqualAsync();
        Assert.Equal(0, _harness.Indexer.Saved.LogSeq);
        _harness.Settle();
        await _harness.FollowAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task Later_writes_are_followed_page_by_page()
    {
        await _harness.CatchUpAsync();
        Write(0, 20);
        await _harness.StepAsync();

        Assert.Equal(8, _harness.Indexer.Saved.LogSeq);
        await _harness.CatchUpAsync();
        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task Refined_vectors_take_the_place_of_first_ones()
    {
        Write(0, 20);
        await _harness.CatchUpAsync();
        Assert.Equal(0, _harness.Indexer.Saved.RefinedSeq);
        Log.Refine();
        Write(5, 10);

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
        Assert.Equal(20, _harness.Indexer.Saved.RefinedSeq);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Newer_memories_with_final_vectors_do_not_hide_older_ones_with_first_vectors(int idleSteps)
    {
        Write(0, 8);
        await _harness.CatchUpAsync();
        for (var i = 0; i < idleSteps; i++)
        {
            await _harness.StepAsync();
        }

        Write(8, 16);
        Log.Refine();
        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task A_log_that_never_rests_keeps_neither_refining_nor_checks_waiting()
    {
        Write(0, 20);
        await _harness.FollowAsync();
        Log.Refine();
        _harness.Settle();
        for (var i = 0; i < 30; i++)
        {
            Write(i, i + 1);
            await _harness.StepAsync();
        }

        Assert.True(_harness.Indexer.Saved is { LogSeq: >= 20, RefinedSeq: 20 });
    }

    [Fact]
    public async Task Vectors_that_are_final_already_are_written_once()
    {
        Write(0, 8);
        Log.Refine();
        await _harness.CatchUpAsync();

        Assert.Equal(new IndexCursor(8, 8), _harness.Indexer.Saved);
        Assert.Equal(1, _harness.Stub.Requests.Count(request => request.Method == "PUT" && request.Body.Contains("\"dense\":[", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_successor_goes_on_from_the_cursor()
    {
        Write(0, 40);
        await _harness.CatchUpAsync();
        Write(35, 50);
        await _harness.StepAsync();
        var before = _harness.Stub.Requests.Count;

        _harness.RestartIndexer();
        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
        Assert.DoesNotContain(_harness.Stub.Requests.Skip(before), request => request.Body.Contains("\"coord\":\"1.0\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tier_that_lost_its_data_is_filled_again()
    {
        Write(0, 20);
        await _harness.CatchUpAsync();
        await _harness.Stub.KillAsync();
        _harness.Stub.Forget();
        Write(20, 25);
        await _harness.StepAsync();
        await _harness.Stub.StartAgainAsync();

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task An_idle_indexer_sees_that_the_data_is_lost()
    {
        Write(0, 20);
        await _harness.CatchUpAsync();
        _harness.Stub.Forget();

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task Data_that_is_lost_is_missed_even_where_another_namespace_made_the_collection_anew()
    {
        Write(0, 20);
        await _harness.CatchUpAsync();
        _harness.Stub.Forget();
        await _harness.Index.EnsureAsync(Points.Space, default);
        Write(20, 21);

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task Points_of_another_life_are_cleared_before_the_first_page()
    {
        await _harness.Index.EnsureAsync(Points.Space, default);
        await _harness.Index.UpsertAsync(Points.Space, [Points.Of(_harness.NamespaceId, Points.Row(77, 500, text: "ghost"), 1, 0, 0, 0)], default);
        Write(0, 3);

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task A_point_that_is_refused_keeps_no_other_one_out()
    {
        Write(0, 16);
        _harness.Stub.Chance = request => request.Body.Contains("\"coord\":\"5.0\"", StringComparison.Ordinal) ? StubFault.Error(400, "Wrong input: poison") : null;

        await _harness.CatchUpAsync();

        Assert.Equal(Log.Expected(_harness.NamespaceId).Where(point => point.Coordinate != Points.At(5)), await _harness.HeldAsync());
        Assert.Equal(Log.Head, _harness.Indexer.Saved.LogSeq);
        Assert.True(_harness.Indexer.Refused > 0);
    }

    [Fact]
    public async Task Two_indexers_of_one_namespace_do_no_harm()
    {
        Write(0, 10);
        await _harness.CatchUpAsync();
        var other = _harness.NewIndexer();
        for (var i = 0; i < 30; i++)
        {
            Write(i, i + 3);
            await _harness.StepAsync();
            await other.StepAsync(default);
        }

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task Index_that_an_older_version_made_in_another_form_is_made_anew()
    {
        // The older version has indexed everything, and its cursor and the tier's mark say so.
        Write(0, 10);
        var done = new IndexCursor(Log.Head, Log.Head);
        await _harness.Index.EnsureAsync(Points.Space, default);
        await _harness.Index.WriteMarkAsync(Points.Space, _harness.NamespaceId, done, default);
        Assert.True(await _harness.Cursors.MoveAsync(_harness.NamespaceId, Points.Space.Name, null, done, default));

        await _harness.CatchUpAsync();

        await _harness.AssertCaughtUpAsync();
    }

    [Fact]
    public async Task Who_finds_the_cursor_moved_says_so()
    {
        await _harness.CatchUpAsync();
        await _harness.Cursors.MoveAsync(_harness.NamespaceId, NamespaceIndexer.CursorOf(Points.Space.Name), _harness.Indexer.Saved, new IndexCursor(0, 7), default);
        Write(0, 3);

        Assert.Equal(IndexerState.Replaced, await _harness.StepAsync());
    }

    private void Write(int from, int to)
    {
        for (var number = from; number < to; number++)
        {
            Log.Put(number, $"tea number {number}");
        }
    }
}
