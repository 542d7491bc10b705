using Soma.Grains.Interfaces;
using Soma.Testing;

namespace Soma.Cluster.Tests;

public sealed class KeyLimitTests(SomaCluster cluster) : IClassFixture<SomaCluster>
{
    private const int Limit = 20;

    private int _fresh;

    [Fact]
    public async Task Silos_learn_what_a_key_holds_in_the_namespaces_of_the_others()
    {
        var names = Enumerable.Range(0, 10).Select(i => $"limited-{i}").ToArray();
        foreach (var name in names)
        {
            Assert.Equal(200, (await WriteAsync(name, "0")).Status);
        }

        // Both silos own some of the ten. Whichever owns the next one, it comes to know of all, though none of its own holds so many.
        var stored = names.Length;
        await Eventually.TrueAsync(async () =>
        {
            foreach (var name in names)
            {
                var reply = await WriteAsync(name, $"{stored}");
                stored += reply.Status == 200 ? 1 : 0;
            }

            return stored >= Limit && await AllRefuseAsync(names);
        });
    }

    private async Task<bool> AllRefuseAsync(string[] names)
    {
        foreach (var name in names)
        {
            // Each time another key: one that is there already is replaced, which takes nothing.
            if ((await WriteAsync(name, $"{1_000 + _fresh++}")).Status != 507)
            {
                return false;
            }
        }

        return true;
    }

    private Task<WriteReply> WriteAsync(string name, string key) => cluster.Namespace(name).WriteAsync(Put(key));

    private static WriteCommand Put(string key) => new()
    {
        Operations = [new PutMemory { Coordinate = At(key), Payload = "{}"u8.ToArray(), Type = MemoryType.Episodic, Importance = 1 }],
        Answer = AnswerKind.Store,
        Timeout = TimeSpan.FromSeconds(20),
        Bytes = 100,
        By = "agent (k1)",
        Limits = new CallerLimits { Memories = Limit },
    };

    private static Coordinate At(string text) => Coordinate.TryParse(text, out var coordinate) ? coordinate : throw new ArgumentException(text);
}
