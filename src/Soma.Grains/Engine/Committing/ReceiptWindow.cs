namespace Soma.Grains.Engine.Committing;

/// <summary>Keeps the newest receipts in memory, so that a retry soon after the first attempt needs no read from the store.</summary>
/// <param name="capacity">How many receipts are kept at most.</param>
/// <param name="maxBytes">How many bytes of answers are kept at most.</param>
internal sealed class ReceiptWindow(int capacity, long maxBytes)
{
    // An estimate of the bytes of a receipt besides its answer: key, hash, dictionary entry and place in the queue.
    private const int Overhead = 300;

    private readonly Dictionary<string, Receipt> _receipts = new(StringComparer.Ordinal);
    private readonly Queue<Receipt> _byAge = [];

    /// <summary>Bytes held, by estimate.</summary>
    public long Bytes { get; private set; }

    /// <summary>The receipt under a key, unless it has expired.</summary>
    public Receipt? Find(string key, Instant now) =>
        _receipts.TryGetValue(key, out var receipt) && receipt.ExpiresAt > now ? receipt : null;

    public void Add(Receipt receipt)
    {
        _receipts[receipt.Key] = receipt;
        _byAge.Enqueue(receipt);
        Bytes += Overhead + receipt.Body.Length;
        while (_byAge.Count > capacity || Bytes > maxBytes)
        {
            var oldest = _byAge.Dequeue();
            Bytes -= Overhead + oldest.Body.Length;
            // If the key got a newer receipt meanwhile, the newer one is kept.
            if (ReferenceEquals(_receipts.GetValueOrDefault(oldest.Key), oldest))
            {
                _receipts.Remove(oldest.Key);
            }
        }
    }
}
