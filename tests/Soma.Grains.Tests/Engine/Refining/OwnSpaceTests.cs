using Soma.Grains.Interfaces;
using Soma.Testing;
using static Soma.Grains.Tests.Engine.Refining.RefiningWorld;

namespace Soma.Grains.Tests.Engine.Refining;

/// <summary>A sentence model with a space of its own, as an endpoint is.</summary>
public sealed class OwnSpaceTests
{
    private readonly RefiningWorld _world = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_model_that_fails_at_query_time_leaves_the_tables_results_which_say_that_they_are_degraded()
    {
        var engine = _world.Start("own");
        await PutAsync(engine, 5);
        await AllBecomeAsync(engine, ByOwn);
        _world.Own.AreQueriesFailing = true;
        await AssertAllAsync(engine, ByTable, 5);
        Assert.True((await SearchAsync(engine)).Degraded);
        Assert.Equal(5, (await SearchAsync(engine, "automobile", SearchMode.Hybrid)).Hits.Length);
        var words = await SearchAsync(engine, "automobile", SearchMode.Keyword);
        Assert.Equal((5, false), (words.Hits.Length, words.Degraded));
        _world.Own.AreQueriesFailing = false;
        await AssertAllAsync(engine, ByOwn, 5);
        Assert.False((await SearchAsync(engine)).Degraded);
    }

    [Fact]
    public async Task Memories_of_both_spaces_stand_in_one_answer()
    {
        var engine = _world.Start("own");
        await PutAsync(engine, 3);
        await AllBecomeAsync(engine, ByOwn);
        _world.Own.Before = _ => _release.Task;
        await engine.PutAsync("4", "automobile 4");
        await engine.PutAsync("5", "car");
        var reply = await SearchAsync(engine);
        Assert.Equal(2, reply.Refining);
        Assert.Equal(["1.0", "2.0", "3.0", "4.0", "5.0"], reply.Hits.Select(hit => hit.Memory.Coordinate.Text).Order());
        Assert.Equal(1, reply.Hits.Single(hit => hit.Memory.Coordinate.Text == "5.0").Score, 1e-6);
        Assert.All(reply.Hits, hit => Assert.InRange(hit.Score, 0, 1));
        _release.SetResult();
        await AllBecomeAsync(engine, ByOwn);
    }

    [Fact]
    public async Task A_process_without_the_space_serves_by_the_table_and_a_shared_model_takes_over()
    {
        var engine = _world.Start("own");
        await PutAsync(engine, 5);
        await NothingIsRefiningAsync(engine);
        await engine.CloseAsync();
        var next = RefiningWorld.WithoutOwn(_world);
        next.Shared.Before = _ => _release.Task;
        var successor = next.Start("builtin");
        await AssertAllAsync(successor, ByTable, 5);
        _release.SetResult();
        await AllBecomeAsync(successor, ByShared);
        await next.RowsBecomeAsync(5, 0);
    }

    [Theory]
    [InlineData(false, ByTable)]
    [InlineData(true, ByShared)]
    public async Task An_accurate_query_goes_through_a_shared_model_and_falls_back_to_the_table(bool isAccurate, double automobileByItself)
    {
        var engine = _world.Start("builtin");
        await engine.PutAsync("1", "car");
        await NothingIsRefiningAsync(engine);
        Assert.Equal((automobileByItself, false), await AskAsync());
        _world.Shared.AreQueriesFailing = true;
        Assert.Equal((ByTable, isAccurate), await AskAsync());

        async Task<(double, bool)> AskAsync()
        {
            var reply = await engine.RunAsync(each => each.SearchAsync(
                new SearchMemories { Query = "automobile", TopK = 5, Mode = SearchMode.Vector, Explain = true, Accurate = isAccurate, Timeout = TimeSpan.FromSeconds(20) },
                CancellationToken.None));
            return (Math.Round(Assert.Single(reply.Hits).Explanation!.Text!.Value, 4) is > 0.99 ? ByShared : ByTable, reply.Degraded);
        }
    }

    [Fact]
    public async Task A_namespace_read_before_it_was_written_serves_by_its_model_once_it_is_written()
    {
        var engine = _world.Start("own");
        Assert.Empty((await SearchAsync(engine)).Hits);
        await PutAsync(engine, 2);
        await AllBecomeAsync(engine, ByOwn);
        Assert.Equal(2, await _world.CountRowsAsync(OwnSpace.Name));
    }

    [Fact]
    public async Task What_is_refined_while_the_namespace_is_loaded_is_found_by_it()
    {
        var engine = _world.Start("own");
        _world.Own.Before = _ => _release.Task;
        await PutAsync(engine, 60);
        await engine.CloseAsync();
        var next = new RefiningWorld(_world);
        var reads = 0;
        var isLoadHeld = new TaskCompletionSource();
        // The load has found no vectors for its first page, and they are made before it takes that page in.
        next.Store.AfterRead = () =>
        {
            isLoadHeld.TrySetResult();
            return Interlocked.Increment(ref reads) == 1 ? _release.Task : Task.CompletedTask;
        };
        var successor = next.Start("own");
        var search = SearchAsync(successor);
        await isLoadHeld.Task;
        await successor.GetAsync("1");
        await Eventually.TrueAsync(async () => await next.CountRowsAsync(OwnSpace.Name) == 60);
        _release.SetResult();
        Assert.Equal(60, (await search).Hits.Length);
        await AssertAllAsync(successor, ByOwn, 60);
        Assert.Equal(0, (await SearchAsync(successor)).Refining);
    }
}
