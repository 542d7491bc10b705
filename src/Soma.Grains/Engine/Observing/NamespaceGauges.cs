namespace Soma.Grains.Engine.Observing;

/// <summary>The gauges of one namespace. They are written on the grain's turn, and read on any thread when metrics are collected.</summary>
public sealed class NamespaceGauges : IDisposable
{
    private readonly SiloGauges _silo;
    private long _queueRows;
    private long _queueBytes;
    private long _cacheBytes;
    private long _indexBytes;
    private long _indexLag;
    private long _refining;
    private long _tierLag;

    internal NamespaceGauges(SiloGauges silo) => _silo = silo;

    /// <summary>Rows that wait in the commit queue or are in the commit under way.</summary>
    public long QueueRows => Volatile.Read(ref _queueRows);

    /// <summary>Bytes of the commands that carry these rows.</summary>
    public long QueueBytes => Volatile.Read(ref _queueBytes);

    public long CacheBytes => Volatile.Read(ref _cacheBytes);

    public long IndexBytes => Volatile.Read(ref _indexBytes);

    /// <summary>Living memories that searches cannot see yet.</summary>
    public long IndexLag => Volatile.Read(ref _indexLag);

    /// <summary>Memories that have no vector of the sentence model yet.</summary>
    public long Refining => Volatile.Read(ref _refining);

    /// <summary>Changes that the vector tier has not indexed yet.</summary>
    public long TierLag => Volatile.Read(ref _tierLag);

    public void SetQueue(long rows, long bytes)
    {
        Volatile.Write(ref _queueRows, rows);
        Volatile.Write(ref _queueBytes, bytes);
    }

    public void SetHeld(long cacheBytes, long indexBytes)
    {
        Volatile.Write(ref _cacheBytes, cacheBytes);
        Volatile.Write(ref _indexBytes, indexBytes);
    }

    public void SetIndexLag(long memories) => Volatile.Write(ref _indexLag, memories);

    public void SetTierLag(long seqs) => Volatile.Write(ref _tierLag, seqs);

    public void SetRefining(long memories) => Volatile.Write(ref _refining, memories);

    /// <summary>Takes the namespace out of the silo's sums. Values that are set afterwards have no effect.</summary>
    public void Dispose() => _silo.Close(this);
}
