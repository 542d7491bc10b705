namespace Soma.Testing.Storage;

/// <summary>What becomes of one commit.</summary>
public enum StoreFault
{
    None,

    /// <summary>Certainly not applied: <c>StoreUnavailableException</c>.</summary>
    Unavailable,

    /// <summary>Applied, but the answer is lost: <c>CommitUnknownException</c>.</summary>
    FailAfterCommit,

    /// <summary>Never arrived, and nobody knows: <c>CommitUnknownException</c>.</summary>
    LostBeforeCommit,

    /// <summary>Unknown to the sender, and still under way until <see cref="FaultyStore.DeliverLateAsync"/>.</summary>
    ArrivesLate,

    /// <summary>Another owner took the epoch just before.</summary>
    Fenced,

    /// <summary>The content of a row is refused: <c>RowRejectedException</c>.</summary>
    Rejected,
}
