using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Fakes;

internal sealed class FakeSystemGrain : ISystemGrain
{
    public int HealthChecks;

    public bool IsStoreAway { get; set; }

    public bool IsQdrantAway { get; set; }

    public Exception? Failure { get; set; }

    public Task<StatsReply> GetStatsAsync(bool includeNamespaces, CancellationToken cancellationToken = default) => Failure is not null
        ? Task.FromException<StatsReply>(Failure)
        : Task.FromResult(new StatsReply
        {
            Total = new MemoryCounts(2, 1, 0, 3),
            Namespaces = includeNamespaces
                ?
                [
                    new NamespaceStats(new NamespaceKey("default", "default"), new MemoryCounts(1, 1, 0, 2)),
                    new NamespaceStats(new NamespaceKey("acme", "shop"), new MemoryCounts(1, 0, 0, 1)),
                ]
                : [],
        });

    public Task<NamespaceList> ListNamespacesAsync(ListNamespaces query, CancellationToken cancellationToken = default) =>
        Task.FromResult(new NamespaceList([], HasMore: false));

    public Task<SiloReport[]> ListSilosAsync(CancellationToken cancellationToken = default) => Failure is not null
        ? Task.FromException<SiloReport[]>(Failure)
        : Task.FromResult<SiloReport[]>(
        [
            new()
            {
                Name = "silo-0",
                Address = "10.0.0.5:11111@7",
                Status = "active",
                Figures = new()
                {
                    Version = "0.1.0",
                    StartedAt = new Instant(1_767_323_045_678_901),
                    Namespaces = 3,
                    QueueRows = 1,
                    Refining = 2,
                    IndexLag = 4,
                    SearchesWaiting = 5,
                    HeldBytes = 6,
                    BudgetBytes = 7,
                    CpuPercent = 12.5,
                    MemoryBytes = 8,
                },
            },
            new() { Name = "silo-1", Address = "10.0.0.6:11111@8", Status = "joining" },
        ]);

    public Task<HealthReply> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref HealthChecks);
        return Failure is not null
            ? Task.FromException<HealthReply>(Failure)
            : Task.FromResult(new HealthReply
            {
                Store = !IsStoreAway,
                Components =
                [
                    new ComponentHealth("store", !IsStoreAway, 0.4, IsStoreAway ? "no answer" : "postgres"),
                    new ComponentHealth("qdrant", !IsQdrantAway, 1.25, ""),
                ],
            });
    }
}
