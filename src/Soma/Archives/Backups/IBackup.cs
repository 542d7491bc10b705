namespace Soma.Archives.Backups;

/// <summary>A namespace of a backup, wherever it lies.</summary>
public abstract record NamespaceEntry
{
    public required string Tenant { get; init; }

    public required string Name { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public NamespaceKey Key => new(Tenant, Name);

    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>The backup holds the state of the namespace after this seq.</summary>
    public required long HeadSeq { get; init; }

    /// <summary>The time of the write with that seq, in microseconds since 1970.</summary>
    public required long HeadAt { get; init; }

    /// <summary>The number of memories that are not deleted.</summary>
    public required long Memories { get; init; }
}

/// <summary>A backup that can be verified and restored, namespace by namespace.</summary>
internal interface IBackup : IDisposable
{
    /// <summary>The backup's name in messages.</summary>
    string Name { get; }

    DateTimeOffset? FinishedAt { get; }

    IReadOnlyList<NamespaceEntry> Namespaces { get; }

    /// <summary>Opens a namespace at its beginning, after its files were found to be as they were written.</summary>
    /// <exception cref="StartupException">A file is missing, cut off or altered. The message names it.</exception>
    Task<INamespaceContent> OpenAsync(NamespaceEntry entry, CancellationToken cancellationToken);
}

/// <summary>What a backup holds of a namespace. It is read once, in the order of the members.</summary>
internal interface INamespaceContent : IDisposable
{
    PartHeader ReadHeader();

    IAsyncEnumerable<object?[]> ReadTableAsync(ArchiveTable table, CancellationToken cancellationToken);

    /// <exception cref="StartupException">What was read is not all, or changed while it was read.</exception>
    void ReadEnd();
}
