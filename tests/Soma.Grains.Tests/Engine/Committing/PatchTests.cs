using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Committing;

public sealed class PatchTests
{
    private readonly InMemoryStore _store = new();
    private readonly WatchedEmbedder _embedder = new(Embedder.Value);

    [Fact]
    public async Task Patches_are_merged_and_embedded_beside_the_grains_turn()
    {
        var engine = Start(_store);
        for (var i = 0; i < 60; i++)
        {
            await engine.PutAsync($"{i}");
        }

        _embedder.Schedulers.Clear();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => engine.WriteAsync(Patch($"{i}", $$"""{"patched":{{i}}}"""))));

        Assert.Equal(60, _embedder.Schedulers.Count);
        Assert.All(_embedder.Schedulers, scheduler => Assert.Same(TaskScheduler.Default, scheduler));
        Assert.Equal("""{"text":"a memory","patched":7}""", Encoding.UTF8.GetString((await engine.GetAsync("7"))!.Payload));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20_000)]
    public async Task Patches_of_one_memory_in_one_queue_build_on_each_other(int size)
    {
        var (gate, commits) = (new TaskCompletionSource(), 0);
        var store = new FaultyStore(_store) { BeforeCommit = _ => ++commits == 2 ? gate.Task : Task.CompletedTask };
        var engine = Start(store);
        await engine.PutAsync("1", new string('x', size));
        var first = engine.PutAsync("2");
        _embedder.Schedulers.Clear();
        var patches = Enumerable.Range(0, 12).Select(i => engine.WriteAsync(Patch("1", $$"""{"field{{i}}":{{i}}}"""))).ToArray();
        gate.SetResult();

        await first;
        var replies = await Task.WhenAll(patches);

        Assert.Equal(Enumerable.Range(2, 12), replies.Select(reply => JsonDocument.Parse(reply.Body).RootElement.GetProperty("version").GetInt32()).Order());
        var payload = JsonDocument.Parse((await engine.GetAsync("1"))!.Payload).RootElement;
        Assert.All(Enumerable.Range(0, 12), i => Assert.Equal(i, payload.GetProperty($"field{i}").GetInt32()));
        Assert.Equal(size, payload.GetProperty("text").GetString()!.Length);
        if (size > 16 << 10)
        {
            Assert.All(_embedder.Schedulers, scheduler => Assert.Same(TaskScheduler.Default, scheduler));
        }
    }

    [Fact]
    public async Task Patch_that_waits_behind_a_store_of_its_memory_is_merged_into_what_that_left()
    {
        var (gate, commits) = (new TaskCompletionSource(), 0);
        var store = new FaultyStore(_store) { BeforeCommit = _ => ++commits == 2 ? gate.Task : Task.CompletedTask };
        var engine = Start(store);
        await engine.PutAsync("1", "old");
        var storing = engine.PutAsync("1", "new");
        var patching = engine.WriteAsync(Patch("1", """{"more":1}"""));
        gate.SetResult();

        await storing;
        Assert.Equal(200, (await patching).Status);
        Assert.Equal("""{"text":"new","more":1}""", Encoding.UTF8.GetString((await engine.GetAsync("1"))!.Payload));
        Assert.Single((await engine.SearchAsync("new")).Hits);
    }

    [Fact]
    public async Task Patch_whose_ground_is_taken_away_by_a_failed_commit_is_merged_into_what_is_there()
    {
        var (gate, commits) = (new TaskCompletionSource(), 0);
        var store = new FaultyStore(_store) { BeforeCommit = _ => ++commits == 2 ? gate.Task : Task.CompletedTask };
        var engine = Start(store);
        var large = new string('x', 20_000);
        await engine.PutAsync("1", large);
        store.NextCommit = StoreFault.Unavailable;
        var storing = engine.PutAsync("1", "never stored" + large);
        var patching = engine.WriteAsync(Patch("1", """{"more":1}"""));
        gate.SetResult();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => storing);
        Assert.Equal(200, (await patching).Status);
        var payload = JsonDocument.Parse((await engine.GetAsync("1"))!.Payload).RootElement;
        Assert.Equal((large, 1), (payload.GetProperty("text").GetString()!, payload.GetProperty("more").GetInt32()));
    }

    [Fact]
    public async Task Patch_of_nothing_is_404_and_one_that_would_grow_too_large_413()
    {
        var engine = new EngineHarness(_store, new EngineOptions { MaxPayloadBytes = 100 });
        await engine.PutAsync("1");
        Assert.Equal(404, (await engine.WriteAsync(Patch("2", """{"a":1}"""))).Status);
        Assert.Equal(413, (await engine.WriteAsync(Patch("1", $$"""{"a":"{{new string('y', 100)}}"}"""))).Status);
    }

    private static WriteCommand Patch(string coordinate, string patch) => CommandOf(
        AnswerKind.Store, null, new PatchMemory { Coordinate = At(coordinate), PayloadPatch = Encoding.UTF8.GetBytes(patch) });

    private EngineHarness Start(Soma.Grains.Storage.ICanonicalStore store) => new(
        store, parts: new HarnessParts { Models = new FixedModels(new TextModels(_embedder, null)) });

    private sealed class WatchedEmbedder(ITextEmbedder embedder) : ITextEmbedder
    {
        public ConcurrentQueue<TaskScheduler> Schedulers { get; } = new();

        public string ModelName => embedder.ModelName;

        public int Dimension => embedder.Dimension;

        public bool TryEmbed(ReadOnlySpan<char> text, Span<float> destination)
        {
            Schedulers.Enqueue(TaskScheduler.Current);
            return embedder.TryEmbed(text, destination);
        }
    }
}
