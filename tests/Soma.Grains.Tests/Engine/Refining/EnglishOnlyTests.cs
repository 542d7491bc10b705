using static Soma.Grains.Tests.Engine.Refining.RefiningWorld;

namespace Soma.Grains.Tests.Engine.Refining;

public sealed class EnglishOnlyTests
{
    private readonly RefiningWorld _world = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_text_that_is_not_English_is_done_when_its_first_vector_is()
    {
        _world.Shared.Before = _ => _release.Task;
        var engine = _world.Start("builtin");
        await engine.PutAsync("1", "automobile ä");
        Assert.Equal(0, (await SearchAsync(engine)).Refining);
        await engine.PutAsync("2", "automobile 2");
        Assert.Equal(1, (await SearchAsync(engine)).Refining);
        _release.SetResult();
        await NothingIsRefiningAsync(engine);
        await _world.RowsBecomeAsync(shared: 2, own: 0);
        Assert.Equal(["automobile 2"], _world.Shared.Embedded);
        Assert.Equal(("letters", "shared-model"), ((await engine.GetAsync("1"))!.EmbeddingSource, (await engine.GetAsync("2"))!.EmbeddingSource));
    }

    [Fact]
    public async Task An_embedder_of_its_own_gets_the_texts_of_every_language()
    {
        var engine = _world.Start("own");
        await engine.PutAsync("1", "automobile ä");
        await AllBecomeAsync(engine, ByOwn);
        Assert.Equal(["automobile ä"], _world.Own.Embedded);
    }

    [Fact]
    public async Task A_vector_that_an_older_version_made_of_a_text_that_is_not_English_is_not_used_any_more()
    {
        var older = OfOlderVersion();
        var engine = older.Start("builtin");
        await engine.PutAsync("1", "automobile ä");
        await engine.PutAsync("2", "automobile 2");
        await older.RowsBecomeAsync(shared: 2, own: 0);
        Assert.Equal("shared-model", (await engine.GetAsync("1"))!.EmbeddingSource);
        await engine.CloseAsync();

        var successor = new RefiningWorld(older).Start("builtin");
        var cosines = await CosinesAsync(successor);
        Assert.InRange(cosines["1.0"], 0, 0.5);
        Assert.Equal(ByShared, cosines["2.0"], 1e-3);
        Assert.Equal(0, (await SearchAsync(successor)).Refining);
        Assert.Equal(("letters", "shared-model"), ((await successor.GetAsync("1"))!.EmbeddingSource, (await successor.GetAsync("2"))!.EmbeddingSource));
    }
}
