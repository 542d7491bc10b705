using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Reading;

public sealed class AnswerCutTests
{
    private const int Memories = 5;

    private readonly EngineHarness _engine = new(new InMemoryStore(), new EngineOptions { MaxAnswerBytes = 20_000 });

    [Theory]
    [InlineData(false, 1, true)]
    [InlineData(true, Memories, false)]
    public async Task An_answer_is_cut_by_what_it_sends_and_not_by_payloads_that_it_leaves_out(bool omitPayload, int hits, bool truncated)
    {
        for (var i = 0; i < Memories; i++)
        {
            await _engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf($"{i}", "kettle " + new string('x', 15_000))));
        }

        var reply = await _engine.RunAsync(engine => engine.SearchAsync(
            new SearchMemories { Query = "kettle", TopK = Memories, OmitPayload = omitPayload, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));

        Assert.Equal((hits, truncated), (reply.Hits.Length, reply.Truncated));
    }
}
