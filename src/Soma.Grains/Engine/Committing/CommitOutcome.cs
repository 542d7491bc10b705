namespace Soma.Grains.Engine.Committing;

/// <summary>What became of a commit, once that is certain.</summary>
internal abstract record CommitOutcome
{
    /// <summary>In the log.</summary>
    /// <param name="MemoryCount">The memories that the namespace's row counts now.</param>
    /// <param name="StillOwner">False when another owner has taken over meanwhile.</param>
    public sealed record Applied(long MemoryCount, bool StillOwner) : CommitOutcome;

    /// <summary>Not in the log, and another owner has taken over.</summary>
    public sealed record Replaced : CommitOutcome;

    /// <summary>Not in the log: form the batch anew (a clash whose receipts are loaded now, or a new epoch).</summary>
    public sealed record Again : CommitOutcome;

    /// <summary>Not in the log because the store refuses the content of one of the rows.</summary>
    public sealed record RowRefused(string Reason) : CommitOutcome;

    /// <summary>Not in the log because the store was not to be had.</summary>
    public sealed record Failed(Exception Reason) : CommitOutcome;
}
