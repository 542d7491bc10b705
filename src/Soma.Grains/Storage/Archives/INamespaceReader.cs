namespace Soma.Grains.Storage.Archives;

/// <summary>Reads whole namespaces beside whoever serves them: takes no lock and changes nothing.</summary>
/// <remarks>Failures are <see cref="StoreUnavailableException"/>, and <see cref="SchemaException"/> for data of a newer build.</remarks>
public interface INamespaceReader : IAsyncDisposable
{
    /// <summary>What kind of store this is: <c>postgres</c> or <c>sqlite</c>.</summary>
    string Kind { get; }

    /// <summary>Every namespace there is now, ordered by tenant and name.</summary>
    Task<IReadOnlyList<ArchivedNamespace>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The state of every namespace, in one query: what an earlier list is compared with to find what changed.</summary>
    Task<IReadOnlyList<NamespaceState>> ListStatesAsync(CancellationToken cancellationToken);

    /// <summary>Opens a namespace in one read transaction, so that all of it is of one seq; null: there is none.</summary>
    Task<INamespaceSnapshot?> OpenAsync(NamespaceKey key, CancellationToken cancellationToken);
}

/// <summary>Opens readers of the store that a host serves; each is disposed by whoever opened it.</summary>
/// <param name="serviceId">Under which service settings are filed.</param>
/// <param name="cancellationToken">Gives up.</param>
public delegate Task<INamespaceReader> NamespaceReaders(string serviceId, CancellationToken cancellationToken);

/// <summary>A namespace as one moment left it. One read goes on at a time.</summary>
public interface INamespaceSnapshot : IAsyncDisposable
{
    NamespaceRow Row { get; }

    /// <summary>The namespace's id in this store; 0: it only has settings.</summary>
    long Id { get; }

    /// <summary>The namespace's settings as grain storage keeps them; null: it never had any.</summary>
    byte[]? Settings { get; }

    /// <summary>The rows of one of <see cref="ArchiveTables.All"/>, by its key, as they come from the database. Each row is a new array.</summary>
    IAsyncEnumerable<object?[]> ReadAsync(ArchiveTable table, CancellationToken cancellationToken);

    /// <summary>What is known of the rows up to a seq, and of what follows them.</summary>
    Task<SnapshotMarks> ReadMarksAsync(long seq, CancellationToken cancellationToken);

    /// <summary>How many rows of the log up to a seq compaction has emptied. It goes through the log.</summary>
    Task<long> CountCompactedAsync(long seq, CancellationToken cancellationToken);

    /// <summary>
    /// The rows of a table that may have changed, by its key; there may be others among them. Rows that were deleted are not there.
    /// </summary>
    IAsyncEnumerable<object?[]> ReadChangesAsync(ArchiveTable table, ChangesSince since, CancellationToken cancellationToken);

    /// <summary>What the rows say by themselves, to be compared with <see cref="Row"/>.</summary>
    Task<NamespaceFacts> ExamineAsync(CancellationToken cancellationToken);
}
