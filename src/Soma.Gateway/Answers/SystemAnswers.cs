using System.ComponentModel;
using Soma.Gateway.Http;
using Soma.Gateway.Probing;
using Soma.Grains.Interfaces;
using Soma.Hosting;

namespace Soma.Gateway.Answers;

internal sealed record Stats
{
    public required long TotalMemories { get; init; }

    public required long Episodic { get; init; }

    public required long Semantic { get; init; }

    public required long Belief { get; init; }

    public required long VectorCount { get; init; }

    [Description("Empty for callers without the root token.")]
    public required Dictionary<string, NamespaceCounts> Namespaces { get; init; }

    [Description("Empty for callers without the root token.")]
    public required Dictionary<string, long> VectorCollections { get; init; }

    public static Answer<Stats> ToAnswer(StatsReply stats) => Answer<Stats>.Of(new Stats
    {
        TotalMemories = stats.Total.Total,
        Episodic = stats.Total.Episodic,
        Semantic = stats.Total.Semantic,
        Belief = stats.Total.Belief,
        VectorCount = stats.Total.Vectors,
        Namespaces = stats.Namespaces.ToDictionary(
            space => NameOf(space.Key),
            space => new NamespaceCounts { Total = space.Counts.Total, Episodic = space.Counts.Episodic, Semantic = space.Counts.Semantic }),
        VectorCollections = stats.Namespaces.ToDictionary(space => NameOf(space.Key), space => space.Counts.Vectors),
    });

    private static string NameOf(NamespaceKey key) => key.Tenant == NamespaceHeaders.DefaultTenant ? key.Name : key.ToString();
}

internal sealed record NamespaceCounts
{
    public required long Total { get; init; }

    public required long Episodic { get; init; }

    public required long Semantic { get; init; }
}

internal sealed record Flags
{
    public required bool KvStore { get; init; }

    public required bool VectorStore { get; init; }

    public required bool GraphStore { get; init; }

    public static Answer<Flags> ToAnswer(Capabilities capabilities) => Answer<Flags>.Of(new Flags
    {
        KvStore = capabilities.Store,
        VectorStore = capabilities.Vectors,
        GraphStore = capabilities.Store,
    });
}

internal sealed record Health
{
    public required bool KvStore { get; init; }

    public required bool VectorStore { get; init; }

    public required bool GraphStore { get; init; }

    [Description("healthy, degraded or unhealthy.")]
    public required string Status { get; init; }

    public required bool Healthy { get; init; }

    public required string Version { get; init; }

    public required double UptimeSeconds { get; init; }

    public required Component[] Components { get; init; }

    /// <param name="reply">What the silos say; null: none answered.</param>
    /// <param name="own">The gateway's own components.</param>
    /// <param name="uptime">How long this gateway has run.</param>
    public static Answer<Health> ToAnswer(HealthReply? reply, IEnumerable<ComponentHealth> own, TimeSpan uptime)
    {
        IEnumerable<ComponentHealth> reported = reply?.Components ?? [new ComponentHealth("silo", false, 0, "no silo answered")];
        var components = reported.Concat(own).ToList();
        var capabilities = Capabilities.Of(reply);
        var isHealthy = capabilities.Store && components.TrueForAll(component => component.Healthy);
        return Answer<Health>.Of(new Health
        {
            KvStore = capabilities.Store,
            VectorStore = capabilities.Vectors,
            GraphStore = capabilities.Store,
            Status = isHealthy ? "healthy" : capabilities.Store ? "degraded" : "unhealthy",
            Healthy = isHealthy,
            Version = ProductVersion.Current,
            UptimeSeconds = Math.Round(uptime.TotalSeconds, 3),
            Components = [.. components.Select(Component.From)],
        });
    }
}

internal sealed record Component
{
    public required string Name { get; init; }

    public required bool Healthy { get; init; }

    public required double LatencyMs { get; init; }

    public required string Detail { get; init; }

    public static Component From(ComponentHealth component) => new()
    {
        Name = component.Name,
        Healthy = component.Healthy,
        LatencyMs = Math.Round(component.LatencyMilliseconds, 3),
        Detail = component.Detail,
    };
}

internal sealed record Alive
{
    public required string Status { get; init; }
}

internal sealed record FrontPage
{
    public required string Message { get; init; }

    public required string Metrics { get; init; }

    public required string Docs { get; init; }
}

internal sealed record Pong
{
    public required string Ping { get; init; }
}
