using System.Text;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Past;

/// <summary>Rewinds a random history to random moments, and compares what is there afterwards with the model.</summary>
internal static class RewindChecks
{
    public static async Task RunAsync(ICanonicalStore store, int seed)
    {
        var world = new PastWorld(store, seed, new NamespaceKey("past", $"rewind-{seed}"));
        await world.WriteAsync(20);
        var (moment, head) = (world.AnyMoment(), await HeadAsync(world));
        var before = await ReadAsync(world);
        var (wanted, then) = (world.StateAt(moment), world.Now);
        // What the rewind writes must be later than the present that it changes.
        world.Advance(TimeSpan.FromMicroseconds(1));
        var dry = await RewindAsync(world, moment, isDry: true);
        Assert.Equal(head, await HeadAsync(world));

        var done = await RewindAsync(world, moment);
        Assert.Equal(Counts(dry), Counts(done));
        Assert.Equal(head + done.Stored + done.Deleted + done.Linked + done.Unlinked, done.HeadSeq);
        AssertIs(wanted, await ReadAsync(world), world.Now);
        Assert.Empty(await ChangesAsync(world, moment));

        // The moment that it has just become equal to is no other, and the present before the rewind comes back in the same way.
        Assert.Equal((0, 0, 0, 0), Counts(await RewindAsync(world, new Moment { Seq = done.HeadSeq })));
        await RewindAsync(world, new Moment { At = then });
        AssertSame(before, await ReadAsync(world));
    }

    private static (long, long, long, long) Counts(RewindReply reply) => (reply.Stored, reply.Deleted, reply.Linked, reply.Unlinked);

    private static async Task<RewindReply> RewindAsync(PastWorld world, Moment moment, bool isDry = false)
    {
        var reply = await world.AskAsync(engine => engine.RewindAsync(new Rewind { AsOf = moment, DryRun = isDry, Timeout = PastWorld.Timeout }));
        Assert.Null(reply.Rejection);
        Assert.True(reply.Complete);
        return reply;
    }

    private static async Task<long> HeadAsync(PastWorld world) => (await world.AskAsync(engine => engine.ListAsync(
        new ListMemories { Limit = 1, Timeout = PastWorld.Timeout }, default))).HeadSeq;

    private static async Task<string[]> ChangesAsync(PastWorld world, Moment from)
    {
        var reply = await world.AskAsync(engine => engine.DiffAsync(
            new DiffStates { From = from, Limit = 100, Timeout = PastWorld.Timeout }, _ => throw new NotSupportedException(), default));
        Assert.Null(reply.Rejection);
        // An expiry that was over before the rewind was left out, which is a change.
        return [.. reply.Changes.Where(change => change.From is null || change.To is null).Select(change => change.Coordinate.Text)];
    }

    private static async Task<(MemoryRecord[] Memories, string[] Links)> ReadAsync(PastWorld world)
    {
        var list = await world.AskAsync(engine => engine.ListAsync(new ListMemories { Limit = 100, Timeout = PastWorld.Timeout }, default));
        var links = new List<string>();
        for (var number = 0; number < PastWorld.Keys; number++)
        {
            var near = await world.AskAsync(engine => engine.GetNeighborsAsync(
                new GetNeighbors { Coordinate = At(PastWorld.KeyOf(number)), Limit = 1000, Timeout = PastWorld.Timeout }, default));
            links.AddRange(near.Neighbors.Select(each => $"{each.Via!.Value.Text} {each.Coordinate.Text} {each.LinkType} {each.Strength}"));
        }

        return ([.. list.Memories.OrderBy(memory => memory.Coordinate)], [.. links.Order(StringComparer.Ordinal)]);
    }

    private static void AssertIs(PastModel.State wanted, (MemoryRecord[] Memories, string[] Links) actual, Instant now)
    {
        Assert.Equal(
            wanted.Memories.Select(each => (each.Key, each.Value.Payload, each.Value.Type, each.Value.Importance, each.Value.LivesAt(now) ? each.Value.ExpiresAt : null)),
            actual.Memories.Select(each => (each.Coordinate.Text, Encoding.UTF8.GetString(each.Payload), each.Type, each.Importance, each.ExpiresAt)));
        Assert.Equal(
            wanted.Links.Where(each => each.Key.From != each.Key.To).Select(each => $"{each.Key.From} {each.Key.To} {each.Key.Type} {each.Value}").Order(StringComparer.Ordinal),
            actual.Links);
    }

    private static void AssertSame((MemoryRecord[] Memories, string[] Links) wanted, (MemoryRecord[] Memories, string[] Links) actual)
    {
        Assert.Equal(
            wanted.Memories.Select(each => (each.Coordinate.Text, Encoding.UTF8.GetString(each.Payload), each.Type, each.Importance, each.ExpiresAt, each.CreatedAt)),
            actual.Memories.Select(each => (each.Coordinate.Text, Encoding.UTF8.GetString(each.Payload), each.Type, each.Importance, each.ExpiresAt, each.CreatedAt)));
        Assert.Equal(wanted.Links, actual.Links);
    }
}
