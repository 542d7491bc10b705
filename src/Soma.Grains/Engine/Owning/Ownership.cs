using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Owning;

/// <summary>What the owner of a namespace knows of its row: moved on only by commits of its own.</summary>
public sealed class Ownership(TakenNamespace taken)
{
    public long Id { get; } = taken.Id;

    public long Epoch { get; private set; } = taken.Epoch;

    public long CommitNo { get; private set; } = taken.CommitNo;

    /// <summary>The newest seq that readers see.</summary>
    public long HeadSeq { get; private set; } = taken.HeadSeq;

    /// <summary>The newest commit's time.</summary>
    public Instant LastAt { get; private set; } = new(taken.LastAt);

    public double LargestImportance { get; private set; } = taken.LargestImportance;

    /// <summary>Living memories by the row's count, expired ones that nobody has swept yet included.</summary>
    public long MemoryCount { get; private set; } = taken.MemoryCount;

    public int? BroughtDimension { get; private set; } = taken.BroughtDimension;

    /// <summary>The embedding space that searches go by; null before the first.</summary>
    public string? ActiveSpace { get; private set; } = taken.ActiveSpace;

    /// <summary>Searches go by another space from now on; the row says so already.</summary>
    public void Activate(string space) => ActiveSpace = space;

    /// <summary>
    /// Takes the count of a row that was read after the owner's own newest commit: it differs by what was swept since. One
    /// read after another commit is passed over, since it lacks that commit or what came after it.
    /// </summary>
    public void Recount(NamespaceEpoch found) => MemoryCount = found.CommitNo == CommitNo ? found.MemoryCount : MemoryCount;

    /// <summary>Moves on to the state that <paramref name="batch"/> left in the store.</summary>
    /// <param name="batch">What was committed.</param>
    /// <param name="memoryCount">The memories that the row counts now.</param>
    public void Apply(CommitBatch batch, long memoryCount)
    {
        ArgumentNullException.ThrowIfNull(batch);
        CommitNo = batch.ExpectedCommitNo + 1;
        HeadSeq = batch.HeadSeq + batch.Log.Count;
        LastAt = batch.At;
        MemoryCount = memoryCount;
        LargestImportance = Math.Max(LargestImportance, batch.LargestImportance ?? 0);
        BroughtDimension = batch.BroughtDimension ?? BroughtDimension;
    }

    /// <summary>After an unknown outcome the epoch was advanced by this owner itself.</summary>
    public void AdvanceEpoch() => Epoch++;
}
