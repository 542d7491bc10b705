using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage;

/// <summary>Random commits to a few coordinates of a namespace: puts with and without an end, deletes and purges, at times that stand still or go on.</summary>
internal sealed class RandomHistory(TestOwner owner, Random random)
{
    private const int Coordinates = 4;

    private readonly Dictionary<int, MemoryRow> _last = [];

    public TestOwner Owner => owner;

    public async Task WriteAsync(int commits)
    {
        for (var i = 0; i < commits; i++)
        {
            // A commit of the owner moves its clock on by ten.
            owner.Now = new Instant(owner.Now.Microseconds - 10 + random.Next(0, 20));
            await owner.CommitAsync(NextBatch());
        }
    }

    /// <summary>Makes and removes links between the coordinates.</summary>
    public async Task LinkAsync(int commits)
    {
        for (var i = 0; i < commits; i++)
        {
            var link = owner.Link(random.Next(1, Coordinates + 1), random.Next(1, Coordinates + 1), owner.Head + 1, random.Next(1, 9));
            await owner.CommitAsync(random.Next(3) > 0 ? owner.Links(link) : owner.Empty() with
            {
                Log = [LogRow.OfLink(LogOp.Unlink, owner.Epoch, link, owner.Now)],
                DeletedLinks = [link.Key],
            });
        }
    }

    /// <summary>The links after a seq: those made last, and not removed, by name or with a memory at either end.</summary>
    public static IEnumerable<string> LinksAt(IReadOnlyList<LogRow> log, long seq)
    {
        var links = new Dictionary<LinkKey, LinkRow>();
        foreach (var row in log.Where(row => row.Seq <= seq))
        {
            switch (row.Op)
            {
                case LogOp.Link:
                    links[row.Link!.Key] = row.Link;
                    break;
                case LogOp.Unlink:
                    links.Remove(row.Link!.Key);
                    break;
                case LogOp.Delete:
                    foreach (var key in links.Keys.Where(key => key.From == row.Coordinate || key.To == row.Coordinate).ToList())
                    {
                        links.Remove(key);
                    }

                    break;
            }
        }

        return links.Values.Select(Describe).Order(StringComparer.Ordinal);
    }

    public static string Describe(LinkRow link) => $"{link.Key.From} {link.Key.To} {link.Key.Type} {link.Strength}";

    /// <summary>What readers see after a seq at a time, coordinate by coordinate.</summary>
    public static IEnumerable<string> StateAt(IReadOnlyList<LogRow> log, long seq, Instant time) => log
        .Where(row => row.Seq <= seq && row.Op is LogOp.Put or LogOp.Delete)
        .GroupBy(row => row.Coordinate)
        .Select(versions => versions.Last())
        .Where(row => row.Memory.IsVisible(time))
        .Select(row => $"{row.Coordinate} {row.Seq} {row.Version} {Convert.ToHexString(row.Payload ?? [])} {row.Memory.Text}")
        .Order(StringComparer.Ordinal);

    private CommitBatch NextBatch()
    {
        var rows = new List<LogRow>();
        var purges = new List<Coordinate>();
        foreach (var number in Enumerable.Range(1, Coordinates).Where(_ => random.Next(2) == 0).DefaultIfEmpty(1))
        {
            var living = _last.TryGetValue(number, out var last) && last.IsVisible(owner.Now) ? last : null;
            var seq = owner.Head + 1 + rows.Count;
            var row = living is null || random.Next(4) > 0 ? Put(number, seq, living) : owner.DeleteRow(number, seq).With(memory => memory with { Version = living.Version });
            _last[number] = row.Memory;
            rows.Add(row);
            if (row.Op == LogOp.Delete && random.Next(4) == 0)
            {
                purges.Add(row.Coordinate);
            }
        }

        return owner.Batch([.. rows]) with { Purges = purges };
    }

    private LogRow Put(int number, long seq, MemoryRow? living) => owner.PutRow(number, seq).With(memory => memory with
    {
        Version = (_last.GetValueOrDefault(number)?.Version ?? 0) + 1,
        CreatedSeq = living?.CreatedSeq ?? seq,
        ExpiresAt = random.Next(3) == 0 ? new Instant(owner.Now.Microseconds + random.Next(0, 60)) : null,
    });
}
