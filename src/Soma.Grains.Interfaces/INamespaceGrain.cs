namespace Soma.Grains.Interfaces;

/// <summary>
/// The owner of one namespace: it decides the order of the writes, and holds the cache and the search index. Its grain key is
/// <see cref="NamespaceKey.ToGrainKey"/>.
/// </summary>
/// <remarks>
/// A write that returns a 2xx is durable, has its place in the namespace's one order and is seen by every read and search that
/// starts afterwards. Reads are linearizable. Failures are <see cref="SomaException"/>s, which say whether the write may have
/// been applied; expected refusals (not found, a failed condition) are return values.
/// </remarks>
[Alias("soma.INamespaceGrain")]
public interface INamespaceGrain : IGrainWithStringKey
{
    [Alias("Write")]
    Task<WriteReply> WriteAsync(WriteCommand command, CancellationToken cancellationToken = default);

    [Alias("DeleteMany")]
    Task<DeleteManyReply> DeleteManyAsync(DeleteMany request, CancellationToken cancellationToken = default);

    [Alias("Rewind")]
    Task<RewindReply> RewindAsync(Rewind request, CancellationToken cancellationToken = default);

    [Alias("Diff")]
    Task<DiffReply> DiffAsync(DiffStates query, CancellationToken cancellationToken = default);

    [Alias("Get")]
    Task<GetMemoryReply> GetAsync(GetMemory query, CancellationToken cancellationToken = default);

    [Alias("GetHistory")]
    Task<HistoryReply> GetHistoryAsync(GetHistory query, CancellationToken cancellationToken = default);

    [Alias("List")]
    Task<ListReply> ListAsync(ListMemories query, CancellationToken cancellationToken = default);

    [Alias("Search")]
    Task<SearchReply> SearchAsync(SearchMemories query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Answers at once with the map of the namespace's vectors that there is. If it is missing or too old, a new one is made in the
    /// background.
    /// </summary>
    [Alias("GetMap")]
    Task<MapReply> GetMapAsync(GetMap query, CancellationToken cancellationToken = default);

    [Alias("GetNeighbors")]
    Task<NeighborsReply> GetNeighborsAsync(GetNeighbors query, CancellationToken cancellationToken = default);

    [Alias("FindPath")]
    Task<PathReply> FindPathAsync(FindPath query, CancellationToken cancellationToken = default);

    /// <summary>Reads committed changes after a place of the log, in order and without a gap.</summary>
    [Alias("ReadChanges")]
    Task<ChangesReply> ReadChangesAsync(ReadChanges query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Answers when the log is beyond a place, or when the time is over. A gateway waits here once for all followers of the namespace.
    /// The answer only says that it is worth reading.
    /// </summary>
    [Alias("WaitForChange")]
    Task<ChangeMark> WaitForChangeAsync(WaitForChange query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes the namespace whole: memories, links, history and settings. True: it is gone, and nobody answers from it any more. False: it
    /// was gone already.
    /// </summary>
    [Alias("Delete")]
    Task<bool> DeleteAsync(DeleteNamespace request, CancellationToken cancellationToken = default);

    /// <summary>Makes all derived data (indexes, the vector tier) anew from the store; the namespace goes on being served.</summary>
    [Alias("Reindex")]
    Task<bool> ReindexAsync(CancellationToken cancellationToken = default);

    /// <summary>Copies the namespace's state at a moment to a new name. The namespace goes on being served.</summary>
    [Alias("Fork")]
    Task<ForkReply> ForkAsync(ForkNamespace fork, CancellationToken cancellationToken = default);

    [Alias("GetSettings")]
    Task<NamespaceSettings> GetSettingsAsync(CancellationToken cancellationToken = default);

    [Alias("SetSettings")]
    Task SetSettingsAsync(NamespaceSettings settings, CancellationToken cancellationToken = default);
}
