namespace Soma.Testing.Storage;

/// <summary>What happens to one commit.</summary>
public enum StoreFault
{
    None,

    /// <summary>The commit is certainly not applied: <c>StoreUnavailableException</c>.</summary>
    Unavailable,

    /// <summary>The commit is applied, but its answer is lost: <c>CommitUnknownException</c>.</summary>
    FailAfterCommit,

    /// <summary>The commit never arrives, and the sender cannot know that: <c>CommitUnknownException</c>.</summary>
    LostBeforeCommit,

    /// <summary>
    /// The sender gets <c>CommitUnknownException</c>, and the commit arrives when <see
    /// cref="FaultyStore.DeliverLateAsync"/> is called.
    /// </summary>
    ArrivesLate,

    /// <summary>Another owner took the epoch just before the commit.</summary>
    Fenced,

    /// <summary>The store refuses the content of a row: <c>RowRejectedException</c>.</summary>
    Rejected,
}
