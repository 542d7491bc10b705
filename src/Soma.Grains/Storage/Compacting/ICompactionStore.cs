namespace Soma.Grains.Storage.Compacting;

/// <summary>
/// Drops the content (payload, text, vectors) of versions that were superseded longer ago than their namespace keeps history, in sets,
/// without the owner of the namespace.
/// </summary>
/// <remarks>
/// <para><b>What goes.</b> A version is superseded when the next put or delete of its coordinate is committed, or when its own time is over,
/// whichever is first. With a cutoff C, the content of every version goes that was superseded at C or before. Where a memory lived at C, the
/// newest versions that it had then stay, as many as the namespace keeps. Seq, op, coordinate, version and times of a row stay always.</para>
/// <para><b>Horizon.</b> Every state from the horizon on is whole. The horizon is moved, durably, before anything that it needs goes. A
/// reader of the past therefore asks for the horizon after it has read its rows, or in the same snapshot: if its moment is not before the
/// horizon then, nothing was missing.</para>
/// <para><b>Cost.</b> Each row of a log is looked at once, when it is old enough; how far that went lies in the namespace's row. Versions that
/// end by their own time are found by an index.</para>
/// <para>A set locks the namespace's row as a commit does, and changes neither seq nor commit number, so the commits of an active owner are not
/// refused. A failure is a <see cref="StoreUnavailableException"/>. A set may be sent again.</para>
/// </remarks>
public interface ICompactionStore
{
    /// <summary>
    /// Among the <paramref name="limit"/> namespaces after an id: those with rows or ends not later than <paramref name="before"/> that were not
    /// looked at, and the id to go on from (0: that was the end).
    /// </summary>
    Task<(IReadOnlyList<CompactableNamespace> Namespaces, long Next)> FindCompactableAsync(
        Instant before, string serviceId, long afterNamespaceId, int limit, CancellationToken cancellationToken);

    /// <summary>Finds the next versions whose content may go, by looking at up to <paramref name="limit"/> rows and as many ends.</summary>
    Task<CompactionSet> FindSupersededAsync(
        long namespaceId, Instant cutoff, int keepVersions, int limit, CancellationToken cancellationToken);

    /// <summary>Moves the horizon to where the set needs it. Durable when it returns.</summary>
    Task MoveHorizonAsync(CompactionSet set, CancellationToken cancellationToken);

    /// <summary>
    /// Drops the content of a set whose horizon was moved, and remembers how far the log was looked at. Does nothing if another silo compacts the
    /// namespace.
    /// </summary>
    /// <returns>How many versions were emptied; null: nothing was done.</returns>
    Task<int?> CompactAsync(CompactionSet set, CancellationToken cancellationToken);

    /// <summary>Has the whole log looked at again: the namespace keeps fewer versions than before.</summary>
    Task RestartCompactionAsync(NamespaceKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Has what was emptied overwritten in the store's files too, also what purges emptied, where that is the store's own work.
    /// </summary>
    Task EraseTracesAsync(CancellationToken cancellationToken);
}

/// <summary>A namespace with versions to look at.</summary>
/// <param name="Id">The id of the namespace.</param>
/// <param name="Since">The time of the oldest of them: nothing is to be done before a cutoff has reached it.</param>
/// <param name="Settings">Its settings as grain storage keeps them; null: it has none.</param>
public readonly record struct CompactableNamespace(long Id, Instant Since, byte[]? Settings);

/// <summary>From where on the past of a namespace is whole.</summary>
/// <param name="Seq">The state after this seq, and after every later one, is whole. One more than the head if the newest state of all is not.</param>
/// <param name="At">
/// The state at this time, and at every later one, is whole too, whichever seq is the newest then. So a namespace at rest, whose memories
/// expired after its last commit, can still be asked for the present. Zero: it is not known, as in a namespace that was restored.
/// </param>
public readonly record struct Horizon(long Seq, Instant At)
{
    /// <summary>Whether nothing is missing of the state after a seq, at the time of that seq's commit.</summary>
    public bool IsWhole(long seq) => seq >= Seq;

    /// <summary>Whether nothing is missing of the state at a time, at which <paramref name="seq"/> was the newest.</summary>
    public bool IsWhole(long seq, Instant time) => seq >= Seq || (At != default && time >= At);
}

/// <summary>Versions whose content may go, and what has to be remembered for it.</summary>
public sealed record CompactionSet
{
    public required long NamespaceId { get; init; }

    /// <summary>The seqs of the versions, ascending: below an emptied version of a coordinate there is none with content.</summary>
    public required IReadOnlyList<long> Seqs { get; init; }

    /// <summary>Where the horizon must be before they go.</summary>
    public required Horizon Horizon { get; init; }

    /// <summary>How far the log was looked at once they are gone.</summary>
    public required CompactionProgress Progress { get; init; }

    /// <summary>Whether nothing is left that is old enough.</summary>
    public required bool IsLast { get; init; }
}

/// <summary>How far a log was looked at.</summary>
/// <param name="Seq">Every row up to this seq.</param>
/// <param name="End">Every version that ends before this time,</param>
/// <param name="EndSeq">and of those that end just then, those up to this seq.</param>
public readonly record struct CompactionProgress(long Seq, Instant End, long EndSeq);
