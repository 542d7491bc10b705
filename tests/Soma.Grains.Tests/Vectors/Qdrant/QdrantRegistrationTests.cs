using Microsoft.Extensions.DependencyInjection;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Vectors;
using Soma.Grains.Vectors.Qdrant;
using Soma.Testing.Qdrant;

namespace Soma.Grains.Tests.Vectors.Qdrant;

public sealed class QdrantRegistrationTests
{
    [Fact]
    public async Task The_registered_tier_stops_asking_a_server_that_keeps_failing()
    {
        await using var stub = await QdrantStub.StartAsync();
        var options = new QdrantOptions { Url = stub.Url, CallsBeforeBreak = 3, BreakDuration = TimeSpan.FromHours(1) };
        await using var services = new ServiceCollection().AddQdrantIndex(options).BuildServiceProvider();
        var index = services.GetRequiredService<IVectorIndex>();
        Assert.True(await index.IsReadyAsync(default));
        stub.Chance = _ => StubFault.Error(500);
        for (var i = 0; i < 4; i++)
        {
            await Assert.ThrowsAsync<VectorTierUnavailableException>(() => index.CountAsync(Points.Space, 1, default));
        }

        Assert.Equal(2, stub.Requests.Count);
        Assert.False(await index.IsReadyAsync(default));
        Assert.Empty(stub.Violations);
    }
}
