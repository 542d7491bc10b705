namespace Soma.Grains.Engine.Owning;

/// <summary>What the owner of a namespace knows of the namespace's row. It changes with the owner's own commits.</summary>
public sealed class Ownership(TakenNamespace taken)
{
    public long Id { get; } = taken.Id;

    public long Epoch { get; private set; } = taken.Epoch;

    public long CommitNo { get; private set; } = taken.CommitNo;

    /// <summary>The newest seq that readers see.</summary>
    public long HeadSeq { get; private set; } = taken.HeadSeq;

    /// <summary>The time of the newest commit.</summary>
    public Instant LastAt { get; private set; } = new(taken.LastAt);

    public double LargestImportance { get; private set; } = taken.LargestImportance;

    /// <summary>The row's count of living memories. Expired memories count until they are swept.</summary>
    public long MemoryCount { get; private set; } = taken.MemoryCount;

    public int? BroughtDimension { get; private set; } = taken.BroughtDimension;

    /// <summary>The embedding space that searches use; null: none was activated yet.</summary>
    public string? ActiveSpace { get; private set; } = taken.ActiveSpace;

    /// <summary>Records that searches use another space from now on. The row already says so.</summary>
    public void Activate(string space) => ActiveSpace = space;

    /// <summary>
    /// Takes over the count of memories of a row that was read after this owner's newest commit, and before the next one. It is
    /// smaller if memories were swept since. The count of a row that was read at another commit is ignored.
    /// </summary>
    public void Recount(NamespaceEpoch found) => MemoryCount = found.CommitNo == CommitNo ? found.MemoryCount : MemoryCount;

    /// <summary>Whether a row holds less than this owner was told by the store: an older epoch, or fewer commits under its own.</summary>
    public bool IsAheadOf(NamespaceEpoch found) => found.Epoch < Epoch || (found.Epoch == Epoch && found.CommitNo < CommitNo);

    /// <summary>Moves on to the state that <paramref name="batch"/> left in the store.</summary>
    /// <param name="batch">What was committed.</param>
    /// <param name="memoryCount">The memories that the row counts now.</param>
    public void Apply(CommitBatch batch, long memoryCount)
    {
        CommitNo = batch.ExpectedCommitNo + 1;
        HeadSeq = batch.HeadSeq + batch.Log.Count;
        LastAt = batch.At;
        MemoryCount = memoryCount;
        LargestImportance = Math.Max(LargestImportance, batch.LargestImportance ?? 0);
        BroughtDimension = batch.BroughtDimension ?? BroughtDimension;
    }

    /// <summary>Records that this owner itself raised the epoch in the store, as it does after an unknown outcome.</summary>
    public void AdvanceEpoch() => Epoch++;
}
