using System.Text;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage;

/// <summary>Owns a namespace of a store under test and makes the batches that an engine would.</summary>
internal sealed class TestOwner
{
    private static int _names;
    private readonly Dictionary<Coordinate, MemoryRow> _rows = [];

    private TestOwner(ICanonicalStore store, NamespaceKey key, TakenNamespace taken)
    {
        (Store, Key, Taken) = (store, key, taken);
        (Epoch, CommitNo, Head) = (taken.Epoch, taken.CommitNo, taken.HeadSeq);
    }

    public ICanonicalStore Store { get; }

    public NamespaceKey Key { get; }

    public TakenNamespace Taken { get; }

    public long Id => Taken.Id;

    public long Epoch { get; set; }

    public long CommitNo { get; set; }

    public long Head { get; set; }

    public Instant Now { get; set; } = new(1_700_000_000_000_000);

    public static NamespaceKey NewKey() => new("tenant", $"n{Interlocked.Increment(ref _names)}");

    public static async Task<TestOwner> TakeNewAsync(ICanonicalStore store)
    {
        var key = NewKey();
        await store.CreateNamespaceAsync(key, default);
        return await TakeAsync(store, key);
    }

    public static async Task<TestOwner> TakeAsync(ICanonicalStore store, NamespaceKey key)
    {
        var taken = await store.TakeEpochAsync(key, TimeSpan.FromSeconds(1), default);
        Assert.NotNull(taken);
        return new TestOwner(store, key, taken);
    }

    public static Coordinate At(int number) => Coordinate.FromCanonical($"{number}.0");

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public CommitBatch Empty() => new() { NamespaceId = Id, Epoch = Epoch, ExpectedCommitNo = CommitNo, HeadSeq = Head, At = Now };

    public LogRow PutRow(int number, long seq, MemoryType type = MemoryType.Episodic)
    {
        var before = _rows.GetValueOrDefault(At(number));
        var living = before is { Alive: true } ? before : null;
        return new LogRow(LogOp.Put, Epoch, new MemoryRow
        {
            Coordinate = At(number),
            Seq = seq,
            Version = (before?.Version ?? 0) + 1,
            Alive = true,
            CreatedSeq = living?.CreatedSeq ?? seq,
            Type = type,
            Payload = Bytes($"{{\"n\":{number},\"seq\":{seq}}}"),
            Text = $"text {number}",
            HasText = true,
            Importance = 1,
            CreatedAt = living?.CreatedAt ?? Now,
            UpdatedAt = Now,
        });
    }

    public LogRow DeleteRow(int number, long seq) => new(
        LogOp.Delete, Epoch, MemoryRow.Tombstone(At(number), seq, (_rows.GetValueOrDefault(At(number))?.Version ?? 0) + 1) with { UpdatedAt = Now });

    public static MemoryRow ToMemory(LogRow row) =>
        row.Op == LogOp.Delete ? MemoryRow.Tombstone(row.Coordinate, row.Seq, row.Version) : row.Memory;

    /// <summary>A batch of these rows; the last of each coordinate is its net effect.</summary>
    public CommitBatch Batch(params LogRow[] rows) => Empty() with
    {
        Log = rows,
        Memories = [.. rows.Where(row => row.Op is LogOp.Put or LogOp.Delete)
            .GroupBy(row => row.Coordinate).Select(group => ToMemory(group.Last()))],
        LinkRemovals = [.. rows.Where(row => row.Op == LogOp.Delete).Select(row => (row.Coordinate, row.Seq))],
    };

    public CommitBatch Puts(params int[] numbers) => Batch([.. numbers.Select((number, i) => PutRow(number, Head + 1 + i))]);

    public CommitBatch Deletes(params int[] numbers) => Batch([.. numbers.Select((number, i) => DeleteRow(number, Head + 1 + i))]);

    public CommitBatch Links(params LinkRow[] links) => Empty() with
    {
        Log = [.. links.Select(link => LogRow.OfLink(LogOp.Link, Epoch, link, Now))],
        PutLinks = links,
    };

    public LinkRow Link(int from, int to, long seq, double strength = 1, string type = "related") =>
        new(new LinkKey(At(from), At(to), type), strength, null, seq);

    public Receipt Receipt(string key, string body = "{}", int status = 200) => new()
    {
        Key = key,
        RequestHash = [1, 2, 3],
        Status = status,
        Body = Bytes(body),
        Seq = Head,
        ETag = 7,
        ExpiresAt = new Instant(Now.Microseconds + 1_000_000),
    };

    /// <summary>Commits, which must succeed, and moves on.</summary>
    public async Task CommitAsync(CommitBatch batch)
    {
        var result = await Store.CommitAsync(batch, default);
        Assert.Equal(CommitStatus.Committed, result.Status);
        MoveOn(batch);
    }

    public void MoveOn(CommitBatch batch)
    {
        CommitNo++;
        Head += batch.Log.Count;
        Now = new Instant(Now.Microseconds + 10);
        foreach (var row in batch.Memories)
        {
            _rows[row.Coordinate] = row;
        }
    }

    public async Task<MemoryRow?> ReadAsync(int number)
    {
        var read = await Store.ReadAsync(Id, [At(number)], [], default);
        return read.Rows.GetValueOrDefault(At(number));
    }

    public async Task<MemoryCounts> CountsAsync()
    {
        var stats = await Store.ReadStatsAsync(true, default);
        return stats.Namespaces.SingleOrDefault(one => one.Key == Key)?.Counts ?? default;
    }
}

internal static class LogRowChanges
{
    /// <summary>The row with another memory: <c>owner.PutRow(1, 1).With(memory =&gt; memory with { Text = null })</c>.</summary>
    public static LogRow With(this LogRow row, Func<MemoryRow, MemoryRow> change) => row with { Memory = change(row.Memory) };
}
