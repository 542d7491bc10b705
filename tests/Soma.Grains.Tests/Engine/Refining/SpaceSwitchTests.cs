using Soma.Grains.Interfaces;
using Soma.Testing;
using static Soma.Grains.Tests.Engine.EngineHarness;
using static Soma.Grains.Tests.Engine.Refining.RefiningWorld;

namespace Soma.Grains.Tests.Engine.Refining;

/// <summary>A namespace's settings choose another model while it is in use.</summary>
public sealed class SpaceSwitchTests
{
    private const int Count = 70;

    private readonly RefiningWorld _world = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData("builtin", "own", ByShared, ByOwn)]
    [InlineData("own", "builtin", ByOwn, ByShared)]
    public async Task The_old_space_serves_until_nothing_is_missing_in_the_new_and_then_its_rows_go(
        string before, string after, double old, double refined)
    {
        var engine = await StartRefinedAsync(before);
        HoldAt(after, " 70");
        await engine.ApplyAsync(Choose(after));
        await Eventually.TrueAsync(async () => await RowsOfAsync(after) >= 64);
        await AssertAllAsync(engine, old, Count);
        Assert.Equal(Count, await RowsOfAsync(before));
        _release.SetResult();
        await AllBecomeAsync(engine, refined);
        await RowsBecomeAsync(after, Count);
        Assert.Equal(0, (await SearchAsync(engine)).Refining);
        await engine.CloseAsync();
        await AssertAllAsync(new RefiningWorld(_world).Start(after), refined, Count);
    }

    [Theory]
    [InlineData("builtin", "own", ByShared, ByOwn)]
    [InlineData("own", "builtin", ByOwn, ByShared)]
    public async Task A_restart_in_the_middle_goes_on_and_the_old_space_serves_over_it(string before, string after, double old, double refined)
    {
        var engine = await StartRefinedAsync(before);
        HoldAt(after, " 70");
        await engine.ApplyAsync(Choose(after));
        await Eventually.TrueAsync(async () => await RowsOfAsync(after) >= 64);
        await engine.CloseAsync();

        var next = new RefiningWorld(_world);
        next.Shared.Before = next.Own.Before = _ => _release.Task;
        var successor = next.Start(after);
        await AssertAllAsync(successor, old, Count);
        Assert.Equal(6, (await SearchAsync(successor)).Refining);
        _release.SetResult();
        await AllBecomeAsync(successor, refined);
        Assert.Equal(6, next.Shared.Embedded.Count + next.Own.Embedded.Count);
        await RowsBecomeAsync(after, Count);
    }

    [Fact]
    public async Task What_is_written_during_a_switch_is_found_and_taken_along()
    {
        var engine = await StartRefinedAsync("builtin");
        HoldAt("own", " 70");
        await engine.ApplyAsync(Choose("own"));
        await Eventually.TrueAsync(async () => await RowsOfAsync("own") >= 64);
        await engine.PutAsync("71", "automobile 71");
        await engine.PutAsync("1", "automobile 111");
        await engine.WriteAsync(Delete("2"));
        var cosines = await CosinesAsync(engine);
        Assert.Equal(Count, cosines.Count);
        Assert.Equal((ByShared, Math.Round(ByTable, 4)), (cosines["3.0"], cosines["71.0"]));
        _release.SetResult();
        await AllBecomeAsync(engine, ByOwn);
        Assert.Equal(Count, (await CosinesAsync(engine)).Count);
        await NothingIsRefiningAsync(engine);
    }

    [Theory]
    [InlineData("own")]
    [InlineData("builtin")]
    public async Task Going_over_to_the_table_needs_no_model(string before)
    {
        var engine = await StartRefinedAsync(before);
        await engine.ApplyAsync(Choose("fast"));
        await RowsBecomeAsync("fast", before == "own" ? 0 : Count);
        Assert.Equal(0, (await SearchAsync(engine)).Refining);
        // Vectors of the table's own space stay: they are better than the table's, and queries need no model for them.
        await AssertAllAsync(engine, before == "own" ? ByTable : ByShared, Count);
        await engine.PutAsync("71", "automobile 71");
        Assert.Equal(Math.Round(ByTable, 4), (await CosinesAsync(engine))["71.0"]);
        Assert.Equal("letters", (await engine.GetAsync("71"))!.EmbeddingSource);
    }

    [Theory]
    [InlineData("own")]
    [InlineData("builtin")]
    public async Task Without_any_vectors_only_words_find(string before)
    {
        var engine = await StartRefinedAsync(before);
        await engine.ApplyAsync(Choose("none"));
        Assert.Empty((await SearchAsync(engine)).Hits);
        Assert.Empty((await SearchAsync(engine, mode: SearchMode.Hybrid)).Hits);
        var found = await SearchAsync(engine, "automobile", SearchMode.Hybrid);
        Assert.Equal((Count, 0, false), (found.Hits.Length, found.Refining, found.Degraded));
        Assert.All(found.Hits, hit => Assert.Null(hit.Explanation!.Text));
        await RowsBecomeAsync("none", 0);
    }

    [Theory]
    [InlineData("own", "none")]
    [InlineData("builtin", "none")]
    [InlineData("own", "fast")]
    [InlineData("own", "builtin")]
    [InlineData("builtin", "own")]
    public async Task Going_away_and_coming_back_makes_all_vectors_anew(string embedder, string away)
    {
        var engine = await StartRefinedAsync(embedder);
        await engine.ApplyAsync(Choose(away));
        await RowsBecomeAsync(away, away is "own" or "builtin" ? Count : 0);
        await engine.ApplyAsync(Choose(embedder));
        await RowsBecomeAsync(embedder, Count);
        await AllBecomeAsync(engine, embedder == "own" ? ByOwn : ByShared);
        await NothingIsRefiningAsync(engine);
    }

    [Fact]
    public async Task Texts_without_a_word_to_index_are_not_awaited_for_ever_once_there_are_vectors()
    {
        var engine = _world.Start("none");
        await engine.PutAsync("1", "of the");
        await engine.PutAsync("2", "automobile 2");
        await engine.ApplyAsync(Choose("builtin"));
        await NothingIsRefiningAsync(engine);
        Assert.Equal(ByShared, (await CosinesAsync(engine))["2.0"]);
    }

    [Theory]
    [InlineData("builtin", "own", ByShared, ByOwn)]
    [InlineData("own", "builtin", ByOwn, ByShared)]
    public async Task A_switch_taken_back_halfway_leaves_no_gap_for_the_next_one(string before, string after, double old, double refined)
    {
        var engine = await StartRefinedAsync(before);
        HoldAt(after, " 70");
        await engine.ApplyAsync(Choose(after));
        await Eventually.TrueAsync(async () => await RowsOfAsync(after) >= 64);
        await engine.ApplyAsync(Choose(before));
        await RowsBecomeAsync(before, Count);
        await AssertAllAsync(engine, old, Count);
        Assert.Equal(0, (await SearchAsync(engine)).Refining);
        _release.SetResult();
        await engine.ApplyAsync(Choose(after));
        await AllBecomeAsync(engine, refined);
        await RowsBecomeAsync(after, Count);
        await AssertAllAsync(engine, refined, Count);
    }

    [Fact]
    public async Task A_model_that_hangs_does_not_keep_the_namespace_from_leaving_it()
    {
        var engine = await StartRefinedAsync("own");
        var isHanging = new TaskCompletionSource();
        _world.Own.Before = _ =>
        {
            isHanging.TrySetResult();
            return _release.Task;
        };
        await engine.PutAsync("71", "automobile 71");
        await isHanging.Task;
        await engine.ApplyAsync(Choose("fast"));
        await RowsBecomeAsync("fast", 0);
        await AssertAllAsync(engine, ByTable, Count + 1);
    }

    [Fact]
    public async Task Settings_that_change_while_rows_are_swept_are_acted_on_without_another_request()
    {
        var engine = await StartRefinedAsync("builtin");
        var isSweeping = new TaskCompletionSource();
        _world.Store.BeforeSweep = () =>
        {
            isSweeping.TrySetResult();
            return _release.Task;
        };
        await engine.ApplyAsync(Choose("own"));
        await isSweeping.Task;
        await engine.ApplyAsync(Choose("builtin"));
        _release.SetResult();
        await RowsBecomeAsync("builtin", Count);
        await AssertAllAsync(engine, ByShared, Count);
    }

    [Fact]
    public async Task Settings_that_change_as_the_new_space_takes_over_do_not_cost_the_rows_it_serves_by()
    {
        var engine = await StartRefinedAsync("builtin");
        var (isActivating, isRefining) = (new TaskCompletionSource(), new TaskCompletionSource());
        var mayActivate = new TaskCompletionSource();
        _world.Store.BeforeActivation = async () =>
        {
            isActivating.TrySetResult();
            await mayActivate.Task;
            return true;
        };
        _world.Shared.Before = _ =>
        {
            isRefining.TrySetResult();
            return _release.Task;
        };
        await engine.ApplyAsync(Choose("own"));
        await isActivating.Task;
        await engine.PutAsync("71", "automobile 71");
        await engine.ApplyAsync(Choose("builtin"));
        mayActivate.SetResult();
        await isRefining.Task;
        Assert.Equal(Count, await RowsOfAsync("own"));
        _release.SetResult();
        await RowsBecomeAsync("builtin", Count + 1);
        await AssertAllAsync(engine, ByShared, Count + 1);
    }

    [Theory]
    [InlineData("builtin", "own", ByOwn)]
    [InlineData("own", "fast", ByTable)]
    public async Task An_activation_that_the_store_refused_is_tried_again(string before, string after, double refined)
    {
        var refusals = 1;
        var engine = await StartRefinedAsync(before);
        _world.Store.BeforeActivation = () => Task.FromResult(Interlocked.Decrement(ref refusals) < 0);
        await engine.ApplyAsync(Choose(after));
        await AllBecomeAsync(engine, refined);
        await RowsBecomeAsync(after, after == "own" ? Count : 0);
    }

    private async Task<EngineHarness> StartRefinedAsync(string embedder)
    {
        var engine = _world.Start(embedder);
        await PutAsync(engine, Count);
        await NothingIsRefiningAsync(engine);
        await RowsBecomeAsync(embedder, Count);
        return engine;
    }

    private void HoldAt(string embedder, string ending)
    {
        var model = embedder == "own" ? _world.Own : _world.Shared;
        model.Before = texts => texts.Any(text => text.EndsWith(ending)) ? _release.Task : Task.CompletedTask;
    }

    private Task<int> RowsOfAsync(string embedder) => _world.CountRowsAsync(embedder == "own" ? OwnSpace.Name : SharedSpace);

    /// <summary>Waits until the store has these rows and none of the other space. No request: nothing must need one.</summary>
    private Task RowsBecomeAsync(string embedder, int count) =>
        _world.RowsBecomeAsync(embedder == "own" ? 0 : count, embedder == "own" ? count : 0);
}
