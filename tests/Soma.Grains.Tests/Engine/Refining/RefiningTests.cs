using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Interfaces;
using Soma.Testing;
using static Soma.Grains.Tests.Engine.EngineHarness;
using static Soma.Grains.Tests.Engine.Refining.RefiningWorld;

namespace Soma.Grains.Tests.Engine.Refining;

public sealed class RefiningTests
{
    private readonly RefiningWorld _world = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData("builtin", ByShared)]
    [InlineData("own", ByOwn)]
    public async Task A_memory_is_found_by_its_first_vector_before_it_is_refined_and_by_the_better_one_afterwards(string embedder, double refined)
    {
        _world.Shared.Before = _world.Own.Before = _ => _release.Task;
        var engine = _world.Start(embedder);
        await engine.PutAsync("1", "automobile 1");
        await AssertAllAsync(engine, ByTable, 1);
        Assert.Equal("letters", (await engine.GetAsync("1"))!.EmbeddingSource);
        Assert.Equal(1, (await SearchAsync(engine)).Refining);
        _release.SetResult();
        await AllBecomeAsync(engine, refined);
        var reply = await SearchAsync(engine);
        Assert.Equal((0, false), (reply.Refining, reply.Degraded));
        Assert.Equal(embedder == "own" ? "own-model" : "shared-model", (await engine.GetAsync("1"))!.EmbeddingSource);
    }

    [Theory]
    [InlineData("builtin")]
    [InlineData("own")]
    public async Task What_is_still_to_come_counts_down_to_nothing_and_each_text_is_embedded_once(string embedder)
    {
        var model = embedder == "own" ? _world.Own : _world.Shared;
        var engine = _world.Start(embedder);
        model.Before = _ => _release.Task;
        await PutAsync(engine, 70);
        Assert.Equal(70, (await SearchAsync(engine)).Refining);
        _release.SetResult();
        var last = 70;
        await Eventually.TrueAsync(async () =>
        {
            var now = (await SearchAsync(engine)).Refining;
            Assert.InRange(now, 0, last);
            last = now;
            return now == 0;
        });
        Assert.Equal(Enumerable.Range(1, 70).Select(i => $"automobile {i}"), model.Embedded);
    }

    [Theory]
    [InlineData("builtin", ByShared)]
    [InlineData("own", ByOwn)]
    public async Task After_a_crash_it_goes_on_where_the_last_page_was_saved(string embedder, double refined)
    {
        var engine = _world.Start(embedder);
        var isStuck = new TaskCompletionSource();
        _world.Shared.Before = _world.Own.Before = texts =>
        {
            if (!texts.Any(text => text.EndsWith(" 45")))
            {
                return Task.CompletedTask;
            }

            isStuck.TrySetResult();
            return _release.Task;
        };
        await PutAsync(engine, 70);
        await isStuck.Task;
        await Eventually.TrueAsync(async () => await _world.CountRowsAsync(SharedSpace) + await _world.CountRowsAsync(OwnSpace.Name) >= 1);
        var saved = (await _world.Memory.ReadEmbeddingsAsync(
            Id, embedder == "own" ? OwnSpace.Name : SharedSpace, [.. Enumerable.Range(1, 70).Select(seq => (long)seq)], default)).Select(row => $"automobile {row.Seq}").ToHashSet();

        var next = new RefiningWorld(_world);
        var successor = next.Start(embedder);
        await AllBecomeAsync(successor, refined);
        await NothingIsRefiningAsync(successor);
        var before = _world.Shared.Embedded.Concat(_world.Own.Embedded);
        var again = next.Shared.Embedded.Concat(next.Own.Embedded).ToArray();
        Assert.NotEmpty(saved);
        Assert.DoesNotContain(again, saved.Contains);
        Assert.Equal(again.Distinct(), again);
        Assert.Equal(70, again.Concat(before).Distinct().Count());
        _release.SetResult();
    }

    [Theory]
    [InlineData("builtin", ByShared)]
    [InlineData("own", ByOwn)]
    public async Task A_successor_embeds_nothing_again_and_finds_by_the_stored_vectors(string embedder, double refined)
    {
        var engine = _world.Start(embedder);
        await PutAsync(engine, 40);
        await NothingIsRefiningAsync(engine);
        await engine.CloseAsync();
        var next = new RefiningWorld(_world);
        var successor = next.Start(embedder);
        await AssertAllAsync(successor, refined, 40);
        Assert.Equal(0, (await SearchAsync(successor)).Refining);
        await successor.PutAsync("41", "automobile 41");
        await NothingIsRefiningAsync(successor);
        Assert.Equal("automobile 41", Assert.Single(next.Shared.Embedded.Concat(next.Own.Embedded)));
    }

    [Theory]
    [InlineData("builtin")]
    [InlineData("own")]
    public async Task Late_vectors_of_overwritten_and_deleted_memories_never_show(string embedder)
    {
        var engine = _world.Start(embedder);
        _world.Shared.Before = _world.Own.Before = _ => _release.Task;
        await PutAsync(engine, 3);
        await Eventually.TrueAsync(() => _world.Shared.Calls + _world.Own.Calls > 0);
        await engine.PutAsync("1", "arc");
        await engine.WriteAsync(Delete("2"));
        _release.SetResult();
        await NothingIsRefiningAsync(engine);
        var cosines = await CosinesAsync(engine);
        Assert.Equal(["1.0", "3.0"], cosines.Keys.Order());
        Assert.Equal(embedder == "own" ? ByOwn : ByShared, cosines["1.0"], 1e-3);
        Assert.Equal(2, await _world.CountRowsAsync(embedder == "own" ? OwnSpace.Name : SharedSpace));
        Assert.Equal(2, (await SearchAsync(engine)).Hits.Length);
    }

    [Fact]
    public async Task A_failing_model_is_asked_again_after_growing_pauses_and_requests_are_served_meanwhile()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        _world.Own.Before = _ => _world.Own.Calls <= 3 ? throw new ModelUnavailableException("away") : Task.CompletedTask;
        var engine = _world.Start("own", clock);
        await engine.PutAsync("1", "automobile 1");
        foreach (var (calls, seconds) in ((int, double)[])[(1, 1), (2, 2), (3, 4)])
        {
            await Eventually.TrueAsync(() => _world.Own.Calls == calls);
            await engine.PutAsync($"{calls + 1}", "automobile");
            await AssertAllAsync(engine, ByTable, calls + 1);
            Assert.Equal(calls, _world.Own.Calls);
            var passed = TimeSpan.Zero;
            await Eventually.TrueAsync(() =>
            {
                passed += TimeSpan.FromMilliseconds(100);
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return _world.Own.Calls > calls;
            });
            Assert.True(passed >= TimeSpan.FromSeconds(seconds), $"{passed} after call {calls}");
        }

        await AllBecomeAsync(engine, ByOwn);
        await NothingIsRefiningAsync(engine);
    }

    [Fact]
    public async Task A_store_that_fails_the_refiner_is_asked_again()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var failures = 3;
        _world.Store.BeforeSave = () => Interlocked.Decrement(ref failures) >= 0 ? throw new StoreUnavailableException("away") : Task.CompletedTask;
        var engine = _world.Start("builtin", clock);
        await PutAsync(engine, 3);
        await Eventually.TrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            return (await SearchAsync(engine)).Refining == 0;
        });
        await AssertAllAsync(engine, ByShared, 3);
        Assert.Equal(3, await _world.CountRowsAsync(SharedSpace));
    }

    [Theory]
    [InlineData("builtin")]
    [InlineData("own")]
    public async Task A_refused_text_keeps_its_first_vector_says_so_and_is_not_sent_again(string embedder)
    {
        var world = new RefiningWorld(
            new FakeSentenceModel("shared-model", EmbeddingSpace.BuiltIn) { IsRefused = text => text.EndsWith(" 2") },
            new FakeSentenceModel("own-model", OwnSpace) { IsRefused = text => text.EndsWith(" 2") });
        var engine = world.Start(embedder);
        await PutAsync(engine, 3);
        await NothingIsRefiningAsync(engine);
        await AssertRefusedAsync(engine, embedder);
        await engine.CloseAsync();
        var next = new RefiningWorld(world);
        var successor = next.Start(embedder);
        await AssertRefusedAsync(successor, embedder);
        await successor.PutAsync("4", "automobile 4");
        await NothingIsRefiningAsync(successor);
        Assert.Equal("automobile 4", Assert.Single(next.Shared.Embedded.Concat(next.Own.Embedded)));
    }

    private static async Task AssertRefusedAsync(EngineHarness engine, string embedder)
    {
        var refined = embedder == "own" ? ByOwn : ByShared;
        var cosines = await CosinesAsync(engine);
        Assert.Equal(ByTable, cosines["2.0"], 1e-3);
        Assert.Equal((refined, refined), (cosines["1.0"], cosines["3.0"]));
        Assert.Equal("letters", (await engine.GetAsync("2"))!.EmbeddingSource);
        Assert.EndsWith("-model", (await engine.GetAsync("3"))!.EmbeddingSource);
    }
}
