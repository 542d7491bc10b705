using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Committing;

/// <summary>What a patch changes, and what it leaves.</summary>
public sealed class PatchedFieldsTests
{
    private readonly EngineHarness _engine = new(new InMemoryStore());

    [Fact]
    public async Task A_patched_text_is_found_by_its_new_words_only()
    {
        await _engine.WriteAsync(CommandOf(AnswerKind.Store, null, Memory() with { Text = "Nils moved to the lighthouse" }));

        await PatchAsync(new PatchMemory { Coordinate = At("1"), ChangesText = true, Text = "Nils moved to the windmill" });

        Assert.Equal(["1.0"], await FoundAsync("windmill"));
        Assert.Empty(await FoundAsync("lighthouse"));
    }

    [Fact]
    public async Task A_text_that_was_given_stays_when_the_payload_is_patched()
    {
        await _engine.WriteAsync(CommandOf(AnswerKind.Store, null, Memory() with { Text = "the lighthouse" }));

        await PatchAsync(new PatchMemory { Coordinate = At("1"), PayloadPatch = """{"text":"a windmill"}"""u8.ToArray() });

        Assert.Equal(["1.0"], await FoundAsync("lighthouse"));
        Assert.Empty(await FoundAsync("windmill"));
    }

    [Fact]
    public async Task A_text_patched_to_null_is_what_the_payload_yields()
    {
        await _engine.WriteAsync(CommandOf(AnswerKind.Store, null, Memory() with { Text = "the lighthouse" }));

        await PatchAsync(new PatchMemory { Coordinate = At("1"), ChangesText = true });

        Assert.Equal(["1.0"], await FoundAsync("kettle"));
        Assert.Empty(await FoundAsync("lighthouse"));
        await PatchAsync(new PatchMemory { Coordinate = At("1"), PayloadPatch = """{"text":"a windmill"}"""u8.ToArray() });
        Assert.Equal(["1.0"], await FoundAsync("windmill"));
    }

    [Fact]
    public async Task Type_and_vector_are_replaced_and_the_vector_taken_away()
    {
        await _engine.WriteAsync(CommandOf(AnswerKind.Store, null, Memory() with { BroughtVector = VectorOf(1, 0) }));

        await PatchAsync(new PatchMemory { Coordinate = At("1"), Type = MemoryType.Belief, ChangesVector = true, BroughtVector = VectorOf(0, 1) });
        var patched = await _engine.GetAsync("1");
        Assert.Equal((MemoryType.Belief, "precomputed"), (patched!.Type, patched.EmbeddingSource));

        var wrong = await _engine.WriteAsync(
            CommandOf(AnswerKind.Store, null, new PatchMemory { Coordinate = At("1"), ChangesVector = true, BroughtVector = VectorOf(1, 2, 3) }));
        Assert.Equal(400, wrong.Rejection?.Status);

        await PatchAsync(new PatchMemory { Coordinate = At("1"), ChangesVector = true });
        Assert.NotEqual("precomputed", (await _engine.GetAsync("1"))!.EmbeddingSource);
        Assert.Equal(MemoryType.Belief, (await _engine.GetAsync("1"))!.Type);
    }

    private static PutMemory Memory() => PutOf("1", "unused") with { Payload = """{"text":"the kettle"}"""u8.ToArray() };

    private static byte[] VectorOf(params float[] numbers)
    {
        var bytes = new byte[numbers.Length * sizeof(float)];
        Buffer.BlockCopy(numbers, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    private async Task PatchAsync(PatchMemory patch)
    {
        var reply = await _engine.WriteAsync(CommandOf(AnswerKind.Store, null, patch));
        Assert.True(reply.Rejection is null, reply.Rejection?.Detail);
    }

    private async Task<string[]> FoundAsync(string word)
    {
        var reply = await _engine.RunAsync(engine => engine.SearchAsync(
            new SearchMemories { Query = word, TopK = 5, Mode = SearchMode.Keyword, Timeout = TimeSpan.FromSeconds(10) }, CancellationToken.None));
        return [.. reply.Hits.Select(hit => hit.Memory.Coordinate.Text)];
    }
}
