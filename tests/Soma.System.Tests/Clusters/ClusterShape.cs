namespace Soma.System.Tests.Clusters;

/// <summary>How many processes a cluster has, and their settings besides addresses.</summary>
internal sealed record ClusterShape
{
    public int Silos { get; init; } = 3;

    public int Gateways { get; init; } = 2;

    /// <summary>Whether every silo reaches Postgres through a proxy of its own.</summary>
    public bool HasProxies { get; init; }

    /// <summary>Variables that are added to the environment of silos and gateways.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
}
