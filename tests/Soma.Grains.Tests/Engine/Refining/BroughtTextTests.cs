using System.Runtime.InteropServices;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Interfaces;
using Soma.Testing;
using static Soma.Grains.Tests.Engine.EngineHarness;
using static Soma.Grains.Tests.Engine.Refining.RefiningWorld;

namespace Soma.Grains.Tests.Engine.Refining;

/// <summary>Vectors that callers bring, declared to be of the text space.</summary>
public sealed class BroughtTextTests
{
    // Between the table's and the model's cosine with "car".
    private const double Brought = 0.5774;

    private static readonly NamespaceSettings Declared = Choose("builtin") with { BroughtSpace = SharedSpace };

    private readonly RefiningWorld _world = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task They_stand_in_the_texts_place_and_are_never_refined()
    {
        var engine = _world.Start(Declared);
        await BringAsync(engine, "1");
        await engine.PutAsync("2", "automobile 2");
        await NothingIsRefiningAsync(engine);
        await Eventually.TrueAsync(() => _world.Shared.Embedded.Count == 1);
        var cosines = await CosinesAsync(engine);
        Assert.Equal((Brought, ByShared), (cosines["1.0"], cosines["2.0"]));
        Assert.Equal(("precomputed", "shared-model"), ((await engine.GetAsync("1"))!.EmbeddingSource, (await engine.GetAsync("2"))!.EmbeddingSource));
        Assert.Equal(["automobile 2"], _world.Shared.Embedded);
    }

    [Fact]
    public async Task They_do_so_after_a_restart_and_however_many_they_are()
    {
        var engine = _world.Start(Declared);
        for (var i = 1; i <= 40; i++)
        {
            await BringAsync(engine, $"{i}");
        }

        await engine.PutAsync("41", "automobile 41");
        await NothingIsRefiningAsync(engine);
        await engine.CloseAsync();
        var next = new RefiningWorld(_world);
        var successor = next.Start(Declared);
        await successor.PutAsync("42", "automobile 42");
        await NothingIsRefiningAsync(successor);
        Assert.Equal(["automobile 42"], next.Shared.Embedded);
        var cosines = await CosinesAsync(successor);
        Assert.Equal(42, cosines.Count);
        Assert.Equal(40, cosines.Values.Count(cosine => cosine == Brought));
    }

    [Fact]
    public async Task One_of_another_dimension_leaves_the_text_to_the_model()
    {
        var engine = _world.Start(Declared);
        await BringAsync(engine, "1", [1, 2, 3]);
        await NothingIsRefiningAsync(engine);
        await AssertAllAsync(engine, ByShared, 1);
    }

    [Fact]
    public async Task Not_declared_they_have_a_space_of_their_own_and_texts_are_refined()
    {
        var engine = _world.Start("builtin");
        await BringAsync(engine, "1");
        await NothingIsRefiningAsync(engine);
        await AssertAllAsync(engine, ByShared, 1);
    }

    [Fact]
    public async Task Declared_later_they_take_the_place_and_taken_back_they_leave_it()
    {
        var engine = _world.Start("builtin");
        await BringAsync(engine, "1");
        await NothingIsRefiningAsync(engine);
        await engine.ApplyAsync(Declared);
        await BringAsync(engine, "2");
        await AssertAllAsync(engine, Brought, 2);
        await NothingIsRefiningAsync(engine);
        await engine.ApplyAsync(Choose("builtin"));
        await AllBecomeAsync(engine, ByShared);
        await NothingIsRefiningAsync(engine);
        Assert.Equal(2, _world.Shared.Embedded.Count);
    }

    [Fact]
    public async Task Declared_while_the_model_works_they_are_not_pushed_out_by_what_it_makes()
    {
        var engine = _world.Start("builtin");
        var isWorking = new TaskCompletionSource();
        _world.Store.BeforeSave = () =>
        {
            isWorking.TrySetResult();
            return _release.Task;
        };
        await BringAsync(engine, "1");
        await isWorking.Task;
        await engine.ApplyAsync(Declared);
        await AssertAllAsync(engine, Brought, 1);
        _release.SetResult();
        await Eventually.TrueAsync(async () => await _world.CountRowsAsync(SharedSpace) == 1);
        await engine.PutAsync("2", "automobile 2");
        await Eventually.TrueAsync(() => _world.Shared.Embedded.Count == 2);
        await NothingIsRefiningAsync(engine);
        Assert.Equal(Brought, (await CosinesAsync(engine))["1.0"]);
    }

    [Fact]
    public async Task A_store_that_fails_as_they_are_declared_is_asked_again()
    {
        var engine = _world.Start("builtin");
        await PutAsync(engine, 2);
        await NothingIsRefiningAsync(engine);
        var failures = 1;
        _world.Store.BeforeBegin = () => Interlocked.Decrement(ref failures) >= 0 ? throw new StoreUnavailableException("away") : Task.CompletedTask;
        await engine.ApplyAsync(Declared);
        await engine.PutAsync("3", "automobile 3");
        await AllBecomeAsync(engine, ByShared);
        Assert.Equal(3, await _world.CountRowsAsync(SharedSpace));
    }

    [Fact]
    public async Task A_model_of_another_space_embeds_their_texts_all_the_same()
    {
        var engine = _world.Start(Choose("own") with { BroughtSpace = SharedSpace });
        await BringAsync(engine, "1");
        await AllBecomeAsync(engine, ByOwn);
        Assert.Equal(0, (await SearchAsync(engine)).Refining);
    }

    private static Task BringAsync(EngineHarness engine, string coordinate, float[]? vector = null) => engine.WriteAsync(CommandOf(
        AnswerKind.Store,
        null,
        PutOf(coordinate, $"automobile {coordinate}") with { BroughtVector = ToBytes(vector ?? LetterTable.VectorOf("c", EmbeddingSpace.BuiltIn.Dimension)) }));

    private static byte[] ToBytes(float[] vector) => MemoryMarshal.AsBytes<float>(vector).ToArray();
}
