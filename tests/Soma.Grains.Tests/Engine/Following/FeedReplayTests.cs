using System.Globalization;
using System.Text;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Following;

/// <summary>What the feed gives out is enough to rebuild a namespace, whatever was done to it and however the pages fall.</summary>
public sealed class FeedReplayTests
{
    private const int Keys = 8;

    [Fact]
    public async Task Random_histories_are_rebuilt_from_pages_of_any_size_and_bytes()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            var engine = new EngineHarness(new InMemoryStore());
            var (memories, links, seq) = (new Dictionary<Coordinate, ChangeRecord>(), new Dictionary<(Coordinate, Coordinate, string), ChangeRecord>(), 0L);
            for (var step = 0; step < 80; step++)
            {
                await engine.WriteAsync(AnyWrite(random, step));
                while (random.Next(3) == 0 || step == 79)
                {
                    var query = new ReadChanges { After = seq, Limit = random.Next(1, 9), MaxBytes = random.Next(1, 2_000), Timeout = TimeSpan.FromSeconds(20) };
                    var page = await engine.RunAsync(one => one.ReadChangesAsync(query, CancellationToken.None));
                    foreach (var change in page.Changes)
                    {
                        Assert.Equal(++seq, change.Seq);
                        Apply(change, memories, links);
                    }

                    Assert.Equal(seq, page.NextAfter);
                    if (seq == page.HeadSeq)
                    {
                        break;
                    }
                }
            }

            await AssertEqualsAsync(engine, memories, links, seed);
        }
    }

    private static void Apply(
        ChangeRecord change, Dictionary<Coordinate, ChangeRecord> memories, Dictionary<(Coordinate, Coordinate, string), ChangeRecord> links)
    {
        switch (change.Op)
        {
            case ChangeOps.Put:
                memories[change.Coordinate] = change;
                break;
            case ChangeOps.Delete:
                memories.Remove(change.Coordinate);
                foreach (var link in links.Keys.Where(link => link.Item1 == change.Coordinate || link.Item2 == change.Coordinate).ToArray())
                {
                    links.Remove(link);
                }

                break;
            case ChangeOps.Link:
                links[(change.Coordinate, change.LinkTo!.Value, change.LinkType!)] = change;
                break;
            default:
                links.Remove((change.Coordinate, change.LinkTo!.Value, change.LinkType!));
                break;
        }
    }

    private static async Task AssertEqualsAsync(
        EngineHarness engine, Dictionary<Coordinate, ChangeRecord> memories, Dictionary<(Coordinate, Coordinate, string), ChangeRecord> links, int seed)
    {
        var listed = await engine.RunAsync(one => one.ListAsync(new ListMemories { Limit = 100, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));
        var expected = listed.Memories.Select(m => $"{m.Coordinate} {m.Seq} {m.Version} {m.Type} {m.Importance} {m.CreatedAt} {m.UpdatedAt} {Encoding.UTF8.GetString(m.Payload)}");
        var rebuilt = memories.Values.Select(m => $"{m.Coordinate} {m.Seq} {m.Version} {m.Type} {m.Importance} {m.CreatedAt} {m.At} {Encoding.UTF8.GetString(m.Payload ?? [])}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), rebuilt.Order(StringComparer.Ordinal));
        for (var i = 0; i < Keys; i++)
        {
            var from = KeyOf(i);
            var neighbors = await engine.RunAsync(one => one.GetNeighborsAsync(
                new GetNeighbors { Coordinate = from, Limit = 100, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));
            Assert.True(
                neighbors.Neighbors.Select(link => $"{link.Coordinate} {link.LinkType} {link.Strength}").Order(StringComparer.Ordinal).SequenceEqual(
                    links.Where(link => link.Key.Item1 == from).Select(link => $"{link.Key.Item2} {link.Key.Item3} {link.Value.Strength}").Order(StringComparer.Ordinal)),
                $"The links of {from} differ; seed {seed}.");
        }
    }

    private static WriteCommand AnyWrite(Random random, int step)
    {
        var from = random.Next(Keys);
        // Never the key itself: a walk over links does not come back to where it began.
        var to = KeyOf((from + random.Next(1, Keys)) % Keys);
        return random.Next(8) switch
        {
            0 => CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = KeyOf(from) }),
            1 => CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = KeyOf(from), Purge = true }),
            2 or 3 => CommandOf(AnswerKind.Link, null, new PutLink { From = KeyOf(from), To = to, LinkType = random.Next(2) == 0 ? "a" : "b", Strength = random.Next(9) }),
            4 => CommandOf(AnswerKind.Unlink, null, new DeleteLink { From = KeyOf(from), To = to, LinkType = "a" }),
            _ => Put(KeyOf(from).Text, $"memory {step} {new string('x', random.Next(300))}"),
        };
    }

    private static Coordinate KeyOf(int number) => At(number.ToString(CultureInfo.InvariantCulture));
}
