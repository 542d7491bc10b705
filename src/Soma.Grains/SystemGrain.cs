using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Runtime.Placement;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains;

/// <summary>Answers requests about the whole store; any silo can answer them.</summary>
[StatelessWorker, Reentrant]
public sealed class SystemGrain(ICanonicalStore store, IServiceProvider services) : Grain, ISystemGrain
{
    /// <summary>Shorter than the time after which a gateway asks again, so that one silo that hangs costs the answer only that silo's figures.</summary>
    private static readonly TimeSpan FiguresTimeout = TimeSpan.FromMilliseconds(500);

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

    public Task<SiloReport[]> ListSilosAsync(CancellationToken cancellationToken = default) => Task.WhenAll(
        services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members.Values
            .Where(member => member.Status is not (SiloStatus.None or SiloStatus.Dead))
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => ReportAsync(member, cancellationToken)));

    private async Task<SiloReport> ReportAsync(ClusterMember member, CancellationToken cancellationToken)
    {
        var address = member.SiloAddress.ToParsableString();
        var report = new SiloReport { Address = address, Name = member.Name, Status = member.Status.ToString().ToLowerInvariant() };
        if (member.Status != SiloStatus.Active)
        {
            return report;
        }

        // Only the call below has this wish: what an async method sets is forgotten when it returns.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, member.SiloAddress);
        try
        {
            var clock = services.GetRequiredService<TimeProvider>();
            return report with { Figures = await GrainFactory.GetGrain<ISiloGrain>(address).ReadFiguresAsync(cancellationToken).WaitAsync(FiguresTimeout, clock, cancellationToken) };
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or OperationCanceledException)
        {
            return report;
        }
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
