using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Wire;

/// <summary>What silos answer about the store and about themselves.</summary>
internal static partial class WireSamples
{
    private static IEnumerable<object> Systems() =>
    [
        new MemoryCounts(1, 2, 3, 4),
        new NamespaceStats(new NamespaceKey("acme", "sales"), new MemoryCounts(5, 6, 7, 8)),
        new StatsReply { Total = new MemoryCounts(9, 10, 11, 12), Namespaces = [new(new NamespaceKey("t", "n"), new MemoryCounts(13, 14, 15, 16))] },
        new ComponentHealth("store", true, 0.5, "postgres"),
        new HealthReply { Components = [new ComponentHealth("qdrant", true, 1.5, "ready")], Store = true },
        Figures(),
        new SiloReport { Address = "10.0.0.5:11111@7", Name = "silo-0", Status = "active", Figures = Figures() },
    ];

    private static SiloFigures Figures() => new()
    {
        Version = "0.1.0",
        StartedAt = new Instant(1_700_000_000_123_456),
        Namespaces = 1,
        QueueRows = 2,
        Refining = 3,
        IndexLag = 4,
        SearchesWaiting = 5,
        HeldBytes = 6,
        BudgetBytes = 7,
        CpuPercent = 12.5,
        MemoryBytes = 8,
        Dashboard = "http://10.0.0.5:9596/dashboard/",
    };
}
