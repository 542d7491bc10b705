using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Committing;

public sealed class PurgeTests
{
    [Theory]
    [InlineData(true, DeleteReasons.Purged)]
    [InlineData(false, null)]
    public async Task Log_tells_a_purge_from_a_plain_delete(bool purge, string? reason)
    {
        var store = new InMemoryStore();
        var engine = new EngineHarness(store);
        await engine.PutAsync("1");
        await engine.WriteAsync(CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = At("1"), Purge = purge }));

        var log = await store.ReadLogAsync(1, 0, 10, default);

        Assert.Equal([LogOp.Put, LogOp.Delete], log.Select(row => row.Op));
        Assert.Equal(reason, log[1].Reason);
        Assert.Equal(purge ? ContentState.Purged : ContentState.Kept, log[0].Content);
    }
}
