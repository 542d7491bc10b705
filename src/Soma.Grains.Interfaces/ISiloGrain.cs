namespace Soma.Grains.Interfaces;

/// <summary>
/// The figures of one silo. The grain key is the silo's address, and whoever calls the grain first asks Orleans to place it on that silo.
/// </summary>
[Alias("soma.ISiloGrain")]
public interface ISiloGrain : IGrainWithStringKey
{
    /// <returns>Null: the grain is active on another silo than the one that its key names.</returns>
    [Alias("ReadFigures")]
    Task<SiloFigures?> ReadFiguresAsync(CancellationToken cancellationToken = default);
}

/// <summary>What the cluster knows of one silo.</summary>
[GenerateSerializer, Immutable, Alias("soma.silo-report")]
public sealed record SiloReport
{
    /// <summary>IP address, port and generation, as Orleans writes them: <c>10.0.0.5:11111@123456789</c>.</summary>
    [Id(0)] public required string Address { get; init; }

    [Id(1)] public required string Name { get; init; }

    /// <summary>The state in the membership table, such as <c>active</c>, <c>joining</c> or <c>shuttingdown</c>.</summary>
    [Id(2)] public required string Status { get; init; }

    /// <summary>Null: the silo did not answer in time, is not active, or runs a version that has no figures.</summary>
    [Id(3)] public SiloFigures? Figures { get; init; }
}

/// <summary>What a silo says of itself.</summary>
[GenerateSerializer, Immutable, Alias("soma.silo-figures")]
public sealed record SiloFigures
{
    [Id(0)] public required string Version { get; init; }

    [Id(1)] public required Instant StartedAt { get; init; }

    /// <summary>How many namespaces the silo owns.</summary>
    [Id(2)] public required long Namespaces { get; init; }

    /// <summary>Rows admitted to the queues of its namespaces and not yet answered.</summary>
    [Id(3)] public required long QueueRows { get; init; }

    /// <summary>Memories whose vector of the sentence model is still to come.</summary>
    [Id(4)] public required long Refining { get; init; }

    /// <summary>Memories that searches cannot see yet.</summary>
    [Id(5)] public required long IndexLag { get; init; }

    /// <summary>Searches and listings that wait for a free worker.</summary>
    [Id(6)] public required long SearchesWaiting { get; init; }

    /// <summary>Bytes that caches and indexes hold, and may hold together.</summary>
    [Id(7)] public required long HeldBytes { get; init; }

    [Id(8)] public required long BudgetBytes { get; init; }

    /// <summary>The share of the machine's processors that is in use, in percent; null: not known yet.</summary>
    [Id(9)] public double? CpuPercent { get; init; }

    /// <summary>Bytes of memory that the process uses.</summary>
    [Id(10)] public required long MemoryBytes { get; init; }

    /// <summary>Where the Orleans dashboard of the silo is; null: it serves none.</summary>
    [Id(11)] public string? Dashboard { get; init; }
}
