namespace Soma.Grains.Interfaces;

/// <summary>Answers what the gateway asks about the store as a whole: counters and health. A stateless worker with key 0.</summary>
[Alias("soma.ISystemGrain")]
public interface ISystemGrain : IGrainWithIntegerKey
{
    /// <summary>Reads the counters that the store keeps, also for each namespace if asked for. It never counts rows.</summary>
    [AnyGateway, Alias("GetStats")]
    Task<StatsReply> GetStatsAsync(bool includeNamespaces, CancellationToken cancellationToken = default);

    /// <summary>Reads a page of a tenant's namespaces from the rows that the store keeps of them.</summary>
    [AnyGateway, Alias("ListNamespaces")]
    Task<NamespaceList> ListNamespacesAsync(ListNamespaces query, CancellationToken cancellationToken = default);

    /// <summary>Tries each capability and reports whether it works. It does not throw if the store is away.</summary>
    [AnyGateway, Alias("CheckHealth")]
    Task<HealthReply> CheckHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Lists the silos that are not dead, by name, each with what it says of itself. A silo that does not answer does not delay the others.</summary>
    [AnyGateway, Alias("ListSilos")]
    Task<SiloReport[]> ListSilosAsync(CancellationToken cancellationToken = default);
}

/// <summary>Counters of all namespaces. An expired memory is counted until the sweeper reclaims it.</summary>
[GenerateSerializer, Immutable, Alias("soma.stats-reply")]
public sealed record StatsReply
{
    [Id(0)] public required MemoryCounts Total { get; init; }

    /// <summary>Per namespace, by tenant and name; empty unless asked for.</summary>
    [Id(1)] public NamespaceStats[] Namespaces { get; init; } = [];
}

[GenerateSerializer, Immutable, Alias("soma.namespace-stats")]
public sealed record NamespaceStats([property: Id(0)] NamespaceKey Key, [property: Id(1)] MemoryCounts Counts);

/// <summary>How many memories there are, by type, and how many have a vector.</summary>
[GenerateSerializer, Immutable, Alias("soma.memory-counts")]
public readonly record struct MemoryCounts(
    [property: Id(0)] long Episodic, [property: Id(1)] long Semantic, [property: Id(2)] long Belief, [property: Id(3)] long Vectors)
{
    public long Total => Episodic + Semantic + Belief;
}

/// <summary>Which capabilities work now.</summary>
[GenerateSerializer, Immutable, Alias("soma.health-reply")]
public sealed record HealthReply
{
    [Id(0)] public required ComponentHealth[] Components { get; init; }

    /// <summary>The canonical store answers and can be written.</summary>
    [Id(1)] public required bool Store { get; init; }
}

[GenerateSerializer, Immutable, Alias("soma.component-health")]
public sealed record ComponentHealth(
    [property: Id(0)] string Name, [property: Id(1)] bool Healthy, [property: Id(2)] double LatencyMilliseconds, [property: Id(3)] string Detail);
