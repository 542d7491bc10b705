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
