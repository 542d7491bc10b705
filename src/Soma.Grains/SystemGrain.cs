using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains;

/// <summary>Answers requests about the whole store; any silo can answer them.</summary>
[StatelessWorker, Reentrant]
public sealed class SystemGrain(ICanonicalStore store, IServiceProvider services) : Grain, ISystemGrain
{
    public Task<StatsReply> GetStatsAsync(bool includeNamespaces, CancellationToken cancellationToken = default) =>
        store.ReadStatsAsync(includeNamespaces, cancellationToken);

    public async Task<NamespaceList> ListNamespacesAsync(ListNamespaces query, CancellationToken cancellationToken = default)
    {
        var store = services.GetRequiredService<INamespaceStore>();
        var found = await store.ListAsync(query with { Limit = query.Limit + 1 }, cancellationToken);
        return new NamespaceList([.. found.Take(query.Limit)], HasMore: found.Count > query.Limit);
    }

    public async Task<HealthReply> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        var detail = "ok";
        try
        {
            await store.CheckWritableAsync(cancellationToken);
        }
        catch (Exception e) when (e is SomaException or OperationCanceledException)
        {
            detail = e is SomaException ? e.Message : "no answer in time";
        }

        var healthy = detail == "ok";
        var component = new ComponentHealth("store", healthy, Stopwatch.GetElapsedTime(started).TotalMilliseconds, detail);
        return new HealthReply { Components = [component, .. CheckLoss(), .. await CheckTierAsync(cancellationToken)], Store = healthy };
    }

    /// <summary>A store that lacks acknowledged writes; nothing if it does not. Names are not told, because anyone may ask for the health.</summary>
    private IReadOnlyList<ComponentHealth> CheckLoss() => services.GetService<LostWrites>()?.Known is { } known
        ? [new ComponentHealth(
            "lost_writes", false, 0, $"the database lacks acknowledged writes of {known.Count(stretch => stretch.Key is not null)} or more namespaces; nothing is served until an operator accepts that")]
        : [];

    /// <summary>The state of the vector tier; nothing if there is none. If the tier is away, only searches of large namespaces are degraded.</summary>
    private async Task<IReadOnlyList<ComponentHealth>> CheckTierAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<IVectorIndex>() is not { } tier)
        {
            return [];
        }

        var started = Stopwatch.GetTimestamp();
        var isReady = await tier.IsReadyAsync(cancellationToken);
        return [new ComponentHealth("vector_tier", isReady, Stopwatch.GetElapsedTime(started).TotalMilliseconds, isReady ? "ok" : "not to be had")];
    }
}
