using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Forgetting;

namespace Soma.Testing.Storage;

/// <summary>What the rules of forgetting go by.</summary>
internal sealed partial class InMemoryNamespace
{
    private readonly Dictionary<Coordinate, Instant> _accessedAt = [];

    public IReadOnlyList<HeldAmount> ReadAmounts(Instant now) =>
        [.. ReadLiving(long.MaxValue, int.MaxValue).Where(memory => !(memory.ExpiresAt <= now)).GroupBy(memory => (memory.By, memory.ExpiresAt))
            .Select(group => new HeldAmount(group.Key.By, group.Key.ExpiresAt, group.Count(), group.Sum(memory => memory.Bytes)))];

    public IReadOnlyList<LivingMemory> ReadLiving(long beforeSeq, int limit) =>
        [.. _memories.Values.Where(row => row.Alive && row.Seq < beforeSeq).OrderByDescending(row => row.Seq).Take(limit)
            .Select(row => LivingMemory.Of(Log[(int)row.Seq - 1].IsEmptied ? row with { Payload = [], Text = null, BroughtVector = null } : row))];

    public IReadOnlyList<AccessTime> ReadAccessTimes(long beforeSeq, int limit) =>
        [.. _memories.Values.Where(row => row.Alive && row.Seq < beforeSeq && _accessedAt.ContainsKey(row.Coordinate)).OrderByDescending(row => row.Seq)
            .Take(limit).Select(row => new AccessTime(row.Coordinate, row.Seq, _accessedAt[row.Coordinate]))];

    private void Touch(CommitBatch batch)
    {
        foreach (var (coordinate, at) in batch.AccessTimes)
        {
            if (_memories.TryGetValue(coordinate, out var row) && row.Alive && at > _accessedAt.GetValueOrDefault(coordinate))
            {
                _accessedAt[coordinate] = at;
            }
        }
    }
}
