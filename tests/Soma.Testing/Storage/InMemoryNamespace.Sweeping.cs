using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Sweeping;

namespace Soma.Testing.Storage;

/// <summary>Reclaiming what expired, as the stores' sweeps do.</summary>
internal sealed partial class InMemoryNamespace
{
    public IEnumerable<(ExpiredMemory Memory, Instant End)> Expired(Instant before) => _memories.Values
        .Where(row => row.Alive && !row.IsVisible(before))
        .Select(row => (new ExpiredMemory(Id, row.Coordinate, row.Seq), row.ExpiresAt!.Value));

    public bool HasExpiredReceipts(Instant before) => _receipts.Values.Any(receipt => receipt.ExpiresAt <= before);

    public SweptSet Sweep(Instant before, IReadOnlyList<ExpiredMemory> memories, int receiptLimit)
    {
        var swept = 0;
        foreach (var memory in memories)
        {
            Embeddings.Forget(memory.Seq);
            if (_memories.TryGetValue(memory.Coordinate, out var row) && row.Alive && row.Seq == memory.Seq && !row.IsVisible(before))
            {
                _memories[memory.Coordinate] = MemoryRow.Tombstone(row.Coordinate, row.Seq, row.Version);
                swept++;
            }
        }

        return new SweptSet(swept, ForgetReceipts(before, receiptLimit));
    }

    private int ForgetReceipts(Instant before, int limit)
    {
        var over = _receipts.Values.Where(receipt => receipt.ExpiresAt <= before).OrderBy(receipt => receipt.ExpiresAt).Take(limit).ToArray();
        foreach (var receipt in over)
        {
            _receipts.Remove(receipt.Key);
        }

        return over.Length;
    }
}
