using Soma.Grains.Interfaces;
using static Soma.Grains.Tests.Engine.Refining.RefiningWorld;

namespace Soma.Grains.Tests.Engine.Refining;

/// <summary>Relevance by a curve that was fitted to the cosines of an embedder of the namespace's own.</summary>
public sealed class OwnRelevanceTests
{
    // By the words alone a memory without any of them has this relevance: 1 / (1 + exp(3.6)).
    private const double ByNoWord = 0.0266;

    private static readonly NamespaceSettings Fitted = Choose("own") with
    {
        Relevance = new RelevanceCurve { Space = OwnSpace.Name, Threshold = 4, PerCosine = 10, PerCover = 1 },
    };

    private readonly RefiningWorld _world = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(SearchMode.Vector, "car", 0)]
    [InlineData(SearchMode.Hybrid, "car", 0)]
    [InlineData(SearchMode.Hybrid, "automobile", 1)]
    [InlineData(SearchMode.Keyword, "automobile", 1)]
    public async Task The_curve_tells_relevance_by_the_models_cosine_and_the_words_in_every_mode(SearchMode mode, string query, double cover)
    {
        var engine = await StartAsync(Fitted);

        var hit = Assert.Single((await SearchAsync(engine, query, mode)).Hits);

        Assert.Equal((ByOwn, cover), (Math.Round(hit.Explanation!.RelevanceCosine!.Value, 4), Math.Round(hit.Explanation.RelevanceCover!.Value, 4)));
        Assert.Equal(1 / (1 + Math.Exp(4 - (10 * ByOwn) - cover)), hit.Relevance!.Value, 1e-4);
    }

    [Fact]
    public async Task A_memory_without_a_vector_of_the_model_yet_is_told_by_its_words_alone()
    {
        var engine = await StartAsync(Fitted);
        _world.Own.Before = _ => _release.Task;
        await engine.PutAsync("2", "cart");

        var hits = (await SearchAsync(engine)).Hits.ToDictionary(hit => hit.Memory.Coordinate.Text);

        Assert.Null(hits["2.0"].Explanation!.RelevanceCosine);
        Assert.Equal(ByNoWord, hits["2.0"].Relevance!.Value, 1e-4);
        Assert.Equal((OwnSpace.Name, null), (hits["1.0"].Explanation!.TextSpace, hits["2.0"].Explanation!.TextSpace));
        Assert.InRange(hits["1.0"].Relevance!.Value, 0.9, 1);
        _release.SetResult();
        await NothingIsRefiningAsync(engine);
        Assert.All((await SearchAsync(engine)).Hits, hit => Assert.NotNull(hit.Explanation!.RelevanceCosine));
    }

    [Fact]
    public async Task Explain_says_what_the_relevance_would_be_by_the_table()
    {
        var own = Assert.Single((await SearchAsync(await StartAsync(Choose("own")))).Hits);
        var fast = Assert.Single((await SearchAsync(await new RefiningWorld().StartWithAsync(Choose("fast")))).Hits);

        Assert.Equal((fast.Relevance, null), (own.Explanation!.RelevanceByTable, fast.Explanation!.RelevanceByTable));
        Assert.NotEqual(own.Relevance, fast.Relevance);
        Assert.Equal(OwnSpace.Name, own.Explanation.TextSpace);
    }

    [Fact]
    public async Task A_curve_that_was_fitted_to_another_embedder_is_not_used()
    {
        var engine = await StartAsync(Fitted with { Relevance = Fitted.Relevance! with { Space = "another" } });

        var hit = Assert.Single((await SearchAsync(engine)).Hits);

        Assert.Null(hit.Explanation!.RelevanceCosine);
        Assert.Equal(ByNoWord, hit.Relevance!.Value, 1e-4);
    }

    [Fact]
    public async Task A_namespace_that_changes_to_the_built_in_models_leaves_the_curve_of_its_own_behind()
    {
        var engine = await StartAsync(Fitted);
        await engine.ApplyAsync(Fitted with { Embedder = "builtin" });
        await AllBecomeAsync(engine, ByShared);

        var builtin = Assert.Single((await SearchAsync(engine, "automobile")).Hits).Relevance;
        var never = Assert.Single((await SearchAsync(await new RefiningWorld().StartWithAsync(Choose("builtin")), "automobile")).Hits).Relevance;

        Assert.Equal(never!.Value, builtin!.Value, 1e-6);
    }

    [Fact]
    public async Task A_model_that_fails_leaves_relevance_to_the_words_and_the_answer_says_that_it_is_degraded()
    {
        var engine = await StartAsync(Fitted);
        _world.Own.AreQueriesFailing = true;

        var reply = await SearchAsync(engine, "automobile", SearchMode.Keyword);

        Assert.True(reply.Degraded);
        Assert.Null(Assert.Single(reply.Hits).Explanation!.RelevanceCosine);
    }

    private Task<EngineHarness> StartAsync(NamespaceSettings settings) => _world.StartWithAsync(settings);
}

file static class Worlds
{
    /// <summary>An engine with one memory, an automobile, that is refined.</summary>
    public static async Task<EngineHarness> StartWithAsync(this RefiningWorld world, NamespaceSettings settings)
    {
        var engine = world.Start(settings);
        await engine.PutAsync("1", "automobile");
        await NothingIsRefiningAsync(engine);
        return engine;
    }
}
