using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Ranking;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Reading;

public sealed class PhraseReadingTests
{
    private readonly EngineHarness _engine = new(new InMemoryStore());

    [Fact]
    public async Task A_phrase_is_looked_for_in_what_the_store_has_of_a_memory()
    {
        await _engine.WriteAsync(CommandOf(
            AnswerKind.StoreBatch,
            null,
            PutOf("1", "a green kettle"),
            PutOf("2", "a kettle, all green"),
            PutOf("3", "nothing") with { Text = "the green kettle" }));

        var reply = await SearchAsync("\"green kettle\"");

        Assert.Equal(["1.0", "3.0"], reply.Hits.Select(hit => hit.Memory.Coordinate.Text).Order());
        Assert.False(reply.Degraded);
    }

    [Fact]
    public async Task An_answer_that_may_lack_a_phrase_is_degraded()
    {
        foreach (var chunk in Enumerable.Range(0, PhraseFinder.MostRead + 1).Chunk(200))
        {
            await _engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. chunk.Select(i => PutOf($"{i}", "kettle, green"))]));
        }

        Assert.True((await SearchAsync("\"green kettle\"")).Degraded);
        Assert.False((await SearchAsync("green kettle")).Degraded);
    }

    private Task<SearchReply> SearchAsync(string query) => _engine.RunAsync(engine => engine.SearchAsync(
        new SearchMemories { Query = query, TopK = 10, Mode = SearchMode.Keyword, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));
}
