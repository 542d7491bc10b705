namespace Soma.Grains.Storage.Forking;

/// <summary>Copies the state of a namespace at a moment to a new name, in the store itself.</summary>
/// <remarks>
/// <para>The copy is built, and its name given to it, in one transaction: nobody ever sees a part of it, and a fork that is broken off
/// leaves nothing. The name is given as to a restored namespace (<see cref="Archives.Publication"/>): an owner of the name that was never
/// written to is fenced, and <see cref="ForkResult.Lease"/> says how long it may still answer. The source is only read, and written to meanwhile.</para>
/// <para><b>Without history</b> the copy's log has one row for each memory and link, 1 to n, in the order of their last writes. Versions and
/// times are kept; <c>created_seq</c> is numbered anew in the same order. Its horizon is its head, because it has no past. <b>With history</b>
/// it has the source's log up to the moment, seq by seq. Counts of accesses begin anew, and receipts stay with the source.</para>
/// </remarks>
public interface IForkStore
{
    /// <exception cref="StoreUnavailableException">Nothing was copied, or it is not known whether it was: the same request may be sent again.</exception>
    Task<ForkResult> ForkAsync(ForkRequest request, CancellationToken cancellationToken);
}

public sealed record ForkRequest
{
    public required NamespaceKey Source { get; init; }

    public required NamespaceKey Target { get; init; }

    /// <summary>The moment; null: the present.</summary>
    public Moment? AsOf { get; init; }

    public bool History { get; init; }

    /// <summary>What the caller's clock shows.</summary>
    public required Instant Now { get; init; }

    /// <summary>A repetition under this key gets the same result; null: there will be none.</summary>
    public IdempotencyKey? Key { get; init; }

    /// <summary>Under which service settings are filed: the copy gets those of the source.</summary>
    public required string ServiceId { get; init; }
}

public enum ForkStatus
{
    Forked,

    /// <summary>The source was never written to.</summary>
    NoSource,

    /// <summary>The name is that of a namespace that was written to.</summary>
    InUse,

    /// <summary>The key was used for another request.</summary>
    KeyInUse,

    /// <summary>The moment does not exist yet.</summary>
    NotYet,

    /// <summary>Content of the moment may be gone.</summary>
    BeforeHorizon,
}

public sealed record ForkResult
{
    public required ForkStatus Status { get; init; }

    /// <summary>The newest seq of the copy.</summary>
    public long Seq { get; init; }

    public long Memories { get; init; }

    public long Links { get; init; }

    /// <summary>How long the previous owner of the name may still answer reads. Nobody may be told of the copy before that time is over.</summary>
    public TimeSpan Lease { get; init; }

    /// <summary>Of a moment that cannot be copied: the oldest state of the source that is kept,</summary>
    public long OldestSeq { get; init; }

    /// <summary>and the newest.</summary>
    public long NewestSeq { get; init; }
}
