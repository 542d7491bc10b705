namespace Soma.Gateway.Answers;

internal sealed record Stats(
    long TotalMemories,
    long Episodic,
    long Semantic,
    long Belief,
    long VectorCount,
    [property: Description("Empty for callers without the scope admin; of a key, its own namespaces.")] Dictionary<string, NamespaceCounts> Namespaces,
    [property: Description("Empty for callers without the scope admin; of a key, its own namespaces.")] Dictionary<string, long> VectorCollections)
{
    public static Answer<Stats> ToAnswer(StatsReply stats) => Answer<Stats>.Of(new Stats(
        stats.Total.Total,
        stats.Total.Episodic,
        stats.Total.Semantic,
        stats.Total.Belief,
        stats.Total.Vectors,
        stats.Namespaces.ToDictionary(
            space => NameOf(space.Key), space => new NamespaceCounts(space.Counts.Total, space.Counts.Episodic, space.Counts.Semantic)),
        stats.Namespaces.ToDictionary(space => NameOf(space.Key), space => space.Counts.Vectors)));

    private static string NameOf(NamespaceKey key) => key.Tenant == NamespaceHeaders.DefaultTenant ? key.Name : key.ToString();
}

internal sealed record NamespaceCounts(long Total, long Episodic, long Semantic);

internal sealed record Flags(bool KvStore, bool VectorStore, bool GraphStore)
{
    public static Answer<Flags> ToAnswer(Capabilities capabilities) =>
        Answer<Flags>.Of(new Flags(KvStore: capabilities.Store, VectorStore: capabilities.Vectors, GraphStore: capabilities.Store));
}

internal sealed record Health(
    bool KvStore,
    bool VectorStore,
    bool GraphStore,
    [property: Description("healthy, degraded or unhealthy.")] string Status,
    bool Healthy,
    string Version,
    double UptimeSeconds,
    Component[] Components)
{
    /// <param name="reply">What the silos replied; null: none replied.</param>
    /// <param name="own">The gateway's own components.</param>
    /// <param name="uptime">How long this gateway has run.</param>
    public static Answer<Health> ToAnswer(HealthReply? reply, IEnumerable<ComponentHealth> own, TimeSpan uptime)
    {
        IEnumerable<ComponentHealth> reported = reply?.Components ?? [new ComponentHealth("silo", false, 0, "no silo answered")];
        var components = reported.Concat(own).ToList();
        var capabilities = Capabilities.Of(reply);
        var isHealthy = capabilities.Store && components.TrueForAll(component => component.Healthy);
        return Answer<Health>.Of(new Health(
            KvStore: capabilities.Store,
            VectorStore: capabilities.Vectors,
            GraphStore: capabilities.Store,
            Status: isHealthy ? "healthy" : capabilities.Store ? "degraded" : "unhealthy",
            Healthy: isHealthy,
            Version: ProductVersion.Current,
            UptimeSeconds: Math.Round(uptime.TotalSeconds, 3),
            Components: [.. components.Select(Component.From)]));
    }
}

internal sealed record Component(string Name, bool Healthy, double LatencyMs, string Detail)
{
    public static Component From(ComponentHealth component) =>
        new(component.Name, component.Healthy, Math.Round(component.LatencyMilliseconds, 3), component.Detail);
}

internal sealed record Cluster([property: Description("By name; silos that were declared dead are left out.")] Silo[] Silos)
{
    public static Answer<Cluster> ToAnswer(IEnumerable<SiloReport> silos) => Answer<Cluster>.Of(new Cluster([.. silos.Select(Silo.From)]));
}

internal sealed record Silo(
    string Name,
    [property: Description("IP address, port and generation, as Orleans writes them.")] string Address,
    [property: Description("The state in the membership table, such as active, joining or shuttingdown.")] string Status,
    SiloState? Figures)
{
    public static Silo From(SiloReport silo) => new(silo.Name, silo.Address, silo.Status, silo.Figures is { } figures ? SiloState.From(figures) : null);
}

internal sealed record SiloState(
    string Version,
    Instant StartedAt,
    [property: Description("How many namespaces the silo owns.")] long Namespaces,
    [property: Description("Rows admitted to commit queues and not yet answered.")] long QueueRows,
    [property: Description("Memories whose sentence-model vector is still to come.")] long Refining,
    [property: Description("Memories that searches cannot see yet.")] long IndexLag,
    long SearchesWaiting,
    [property: Description("Bytes that caches and indexes hold.")] long HeldBytes,
    [property: Description("Bytes that they may hold.")] long BudgetBytes,
    [property: Description("The share of the machine's processors in use; null: not known yet.")] double? CpuPercent,
    [property: Description("Bytes of memory that the process uses.")] long MemoryBytes,
    [property: Description("Where the Orleans dashboard of the silo is; null: it serves none.")] string? Dashboard)
{
    public static SiloState From(SiloFigures figures) => new(
        figures.Version, figures.StartedAt, figures.Namespaces, figures.QueueRows, figures.Refining, figures.IndexLag, figures.SearchesWaiting,
        figures.HeldBytes, figures.BudgetBytes, figures.CpuPercent, figures.MemoryBytes, figures.Dashboard);
}

internal sealed record Alive(string Status);

internal sealed record FrontPage(string Message, string Metrics, string Docs);

internal sealed record Pong(string Ping);
