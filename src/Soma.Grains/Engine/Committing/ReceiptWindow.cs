using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>The newest receipts in memory, so that a retry right after its first attempt needs no look-up.</summary>
/// <param name="capacity">Most receipts kept.</param>
/// <param name="maxBytes">Most bytes of their answers kept.</param>
internal sealed class ReceiptWindow(int capacity, long maxBytes)
{
    // Key, hash, dictionary entry and queue place.
    private const int Overhead = 300;

    private readonly Dictionary<string, Receipt> _receipts = new(StringComparer.Ordinal);
    private readonly Queue<Receipt> _byAge = [];

    /// <summary>Bytes held, by estimate.</summary>
    public long Bytes { get; private set; }

    /// <summary>The receipt under a key, unless its time is over.</summary>
    public Receipt? Find(string key, Instant now) =>
        _receipts.TryGetValue(key, out var receipt) && receipt.ExpiresAt > now ? receipt : null;

    public void Add(Receipt receipt)
    {
        _receipts[receipt.Key] = receipt;
        _byAge.Enqueue(receipt);
        Bytes += Overhead + receipt.Body.Length;
        while (_byAge.Count > capacity || Bytes > maxBytes)
        {
            RemoveOldest();
        }
    }

    private void RemoveOldest()
    {
        var oldest = _byAge.Dequeue();
        Bytes -= Overhead + oldest.Body.Length;
        // A key that was written again since has a younger receipt, which stays.
        if (_receipts.TryGetValue(oldest.Key, out var current) && ReferenceEquals(current, oldest))
        {
            _receipts.Remove(oldest.Key);
        }
    }
}
