namespace Soma.System.Tests.Clusters;

/// <summary>How many processes a cluster has, and their settings besides addresses.</summary>
internal sealed record ClusterShape
{
    public int Silos { get; init; } = 3;

    public int Gateways { get; init; } = 2;

    /// <summary>The program of the silos at their first start, as a path or a name in the folder of the tests.</summary>
    public string SiloAssembly { get; init; } = ThisBuild.Silo;

    /// <summary>The program of the gateways at their first start.</summary>
    public string GatewayAssembly { get; init; } = ThisBuild.Gateway;

    /// <summary>Whether every silo reaches Postgres through a proxy of its own.</summary>
    public bool HasProxies { get; init; }

    /// <summary>Whether Postgres has a standby, and whether commits wait for it.</summary>
    public StandbyKind Standby { get; init; }

    /// <summary>Variables that are added to the environment of silos and gateways.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
}

/// <summary>How the log of Postgres gets to a standby.</summary>
internal enum StandbyKind
{
    None,
    Synchronous,
    Asynchronous,
}

/// <summary>The programs of a cluster as this build made them.</summary>
internal static class ThisBuild
{
    public const string Silo = "Soma.Silo.dll";
    public const string Gateway = "Soma.Gateway.dll";
}
