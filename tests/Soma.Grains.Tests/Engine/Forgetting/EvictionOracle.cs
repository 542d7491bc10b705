using System.Text;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Engine.Forgetting;

/// <summary>Replays a log and says of each seq whether the bound held, and of each eviction whether the rule would have chosen that memory.</summary>
internal sealed class EvictionOracle(NamespaceSettings settings)
{
    private readonly Dictionary<Coordinate, MemoryRow> _living = [];
    private readonly Dictionary<Coordinate, long> _reads = [];
    private readonly Dictionary<Coordinate, Instant> _readAt = [];

    /// <summary>The GETs of the test, with the head that each saw.</summary>
    public List<(long Head, Coordinate Coordinate, Instant At)> Reads { get; } = [];

    /// <summary>The keys that each command has stored, by the first seq of its puts.</summary>
    public SortedDictionary<long, HashSet<Coordinate>> Commands { get; } = [];

    public IReadOnlyCollection<MemoryRow> Living => _living.Values;

    public int Evictions { get; private set; }

    /// <summary>The largest count and sum of bytes that any seq has left.</summary>
    public (int Memories, long Bytes) Most { get; private set; }

    public static long BytesOf(MemoryRow row) => row.Payload.Length + Encoding.UTF8.GetByteCount(row.Text ?? "") + (row.BroughtVector?.Length ?? 0);

    public void Replay(IReadOnlyList<LogRow> log)
    {
        var (reads, commands) = (new Queue<(long Head, Coordinate Coordinate, Instant At)>(Reads), Commands.ToArray());
        foreach (var row in log)
        {
            while (reads.TryPeek(out var read) && read.Head < row.Seq)
            {
                reads.Dequeue();
                _reads[read.Coordinate] = _reads.GetValueOrDefault(read.Coordinate) + 1;
                _readAt[read.Coordinate] = read.At;
            }

            Apply(row, commands);
            Most = (Math.Max(Most.Memories, _living.Count), Math.Max(Most.Bytes, _living.Values.Sum(BytesOf)));
        }
    }

    private void Apply(LogRow row, KeyValuePair<long, HashSet<Coordinate>>[] commands)
    {
        if (row.Op == LogOp.Put)
        {
            var before = _living.GetValueOrDefault(row.Coordinate);
            if (before?.CreatedSeq != row.Memory.CreatedSeq)
            {
                _reads.Remove(row.Coordinate);
                _readAt.Remove(row.Coordinate);
            }

            _living[row.Coordinate] = row.Memory;
        }
        else if (row.Op == LogOp.Delete)
        {
            if (row.Reason == DeleteReasons.Evicted)
            {
                Check(row, commands);
                Evictions++;
            }

            _living.Remove(row.Coordinate);
        }
    }

    private void Check(LogRow row, KeyValuePair<long, HashSet<Coordinate>>[] commands)
    {
        var spared = commands.FirstOrDefault(command => command.Key > row.Seq).Value ?? [];
        var others = _living.Values.Where(memory => !spared.Contains(memory.Coordinate)).ToArray();
        var expired = others.Where(memory => !memory.IsVisible(row.At)).OrderBy(memory => memory.ExpiresAt!.Value.Microseconds).ToArray();
        var chosen = _living[row.Coordinate];
        if (expired.Length > 0)
        {
            Assert.Equal(expired[0].ExpiresAt, chosen.ExpiresAt);
            return;
        }

        var first = others.OrderBy(ValueOf).ThenBy(memory => memory.Seq).First();
        Assert.True(first.Coordinate == row.Coordinate, $"seq {row.Seq} evicted {row.Coordinate} and not {first.Coordinate} by {settings.Evict}");

        double ValueOf(MemoryRow memory) => settings.Evict switch
        {
            EvictionRules.LeastUsed => _reads.GetValueOrDefault(memory.Coordinate),
            EvictionRules.LeastImportant => Faded(memory, row.At),
            _ => 0,
        };
    }

    private double Faded(MemoryRow memory, Instant now)
    {
        if (settings.HalfLifeDays is not { } days || memory.Importance <= 0)
        {
            return memory.Importance;
        }

        var last = Math.Max(memory.UpdatedAt.Microseconds, _readAt.GetValueOrDefault(memory.Coordinate).Microseconds);
        return memory.Importance * Math.Pow(2, -(now.Microseconds - last) / TimeSpan.FromDays(days).TotalMicroseconds);
    }
}
