namespace Soma.Grains.Storage;

/// <summary>Whether the store has lost writes that were acknowledged. If it has, no namespace is served until an operator says so.</summary>
/// <remarks>
/// A store loses acknowledged writes if a standby takes over that had not received all of the log: with asynchronous replication. Going on
/// from there would give the lost seqs to other writes, and nobody would ever learn of the loss. Every namespace is refused, not only those
/// that are known to be affected: the log of a server is cut off at one place, and those who knew of other namespaces may be gone.
/// </remarks>
public sealed class LostWrites
{
    private readonly Lock _lock = new();
    private readonly List<LostStretch> _unrecorded = [];
    private volatile IReadOnlyList<LostStretch>? _known;

    /// <summary>What is known of the loss; null: no loss is known.</summary>
    public IReadOnlyList<LostStretch>? Known => _known;

    /// <summary>Refuses from now on, here. What is reported waits until it is recorded in the store for the other silos.</summary>
    public void Report(IReadOnlyList<LostStretch> found)
    {
        lock (_lock)
        {
            _unrecorded.AddRange(found);
            _known = [.. found, .. (_known ?? []).Except(found)];
        }
    }

    /// <summary>Reports found here that the store does not have yet.</summary>
    internal IReadOnlyList<LostStretch> Unrecorded
    {
        get
        {
            lock (_lock)
            {
                return [.. _unrecorded];
            }
        }
    }

    /// <summary>Takes over what the store has on record. Nothing on record, and nothing left to record: serving goes on.</summary>
    /// <returns>Whether a loss was known before and is accepted now.</returns>
    internal bool Recorded(IReadOnlyList<LostStretch> written, IReadOnlyList<LostStretch> onRecord)
    {
        lock (_lock)
        {
            _unrecorded.RemoveAll(written.Contains);
            var before = _known;
            _known = onRecord.Count + _unrecorded.Count > 0 ? [.. onRecord.Union(_unrecorded)] : null;
            return before is not null && _known is null;
        }
    }

    /// <exception cref="StoreUnavailableException">A loss is known.</exception>
    public void ThrowIfAny()
    {
        if (_known is not null)
        {
            throw new StoreUnavailableException("The store has lost acknowledged writes.");
        }
    }

    /// <summary>What the callers of a namespace are told; null: no loss is known. It names no other namespace.</summary>
    public string? DescribeFor(NamespaceKey key)
    {
        if (_known is not { } known)
        {
            return null;
        }

        var own = known.FirstOrDefault(stretch => stretch.Key == key);
        var here = own is null
            ? "this namespace is not known to be affected"
            : $"in this namespace seq {own.KnownSeq} was acknowledged, and the store {own.Holds}";
        return "The database that is in use now has lost acknowledged writes, and an operator must decide whether to go on from what it holds "
            + $"(soma accept-loss): {here}. Nothing was applied";
    }
}

/// <summary>What one namespace has lost, as far as known.</summary>
/// <param name="Key">The namespace; null: that the log of the server was cut off is known, and no namespace.</param>
/// <param name="KnownSeq">The newest seq that is known to have been acknowledged.</param>
/// <param name="StoredSeq">The newest seq in the store when the loss was found; 0: the namespace is gone; -1: not known, but less.</param>
public sealed record LostStretch(NamespaceKey? Key, long KnownSeq, long StoredSeq)
{
    internal string Holds => StoredSeq < 0 ? "holds less" : $"ends at seq {StoredSeq}";

    public override string ToString() => Key is { } key
        ? $"{key}: seq {KnownSeq} was acknowledged, the store {Holds}"
        : "the end of the server's write-ahead log";
}
