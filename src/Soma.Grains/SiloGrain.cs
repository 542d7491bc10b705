using System.Diagnostics;
using System.Reflection;
using Orleans.Placement;
using Orleans.Statistics;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Reading;

namespace Soma.Grains;

/// <summary>Where the Orleans dashboard of this silo is. Registered by a host that serves one.</summary>
public sealed record SiloDashboard(string Url);

/// <summary>Reads the figures of the silo that it is active on.</summary>
/// <remarks>
/// The random placement is the one that obeys the caller's wish for a silo. If that silo could not be chosen, the grain is active elsewhere
/// and must not answer with the figures of another silo: it answers null, and ends, so that the next call can place it again.
/// </remarks>
[RandomPlacement]
public sealed class SiloGrain(
    ILocalSiloDetails silo, EngineInstruments instruments, MemoryBudget budget, SearchPool searches, IEnvironmentStatisticsProvider environment,
    IServiceProvider services) : Grain, ISiloGrain
{
    private static readonly string Version =
        typeof(SiloGrain).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static readonly Instant StartedAt = Instant.From(new DateTimeOffset(Process.GetCurrentProcess().StartTime));

    public Task<SiloFigures?> ReadFiguresAsync(CancellationToken cancellationToken = default)
    {
        if (this.GetPrimaryKeyString() != silo.SiloAddress.ToParsableString())
        {
            DeactivateOnIdle();
            return Task.FromResult<SiloFigures?>(null);
        }

        var gauges = instruments.Gauges;
        var used = environment.GetEnvironmentStatistics();
        return Task.FromResult<SiloFigures?>(new SiloFigures
        {
            Version = Version,
            StartedAt = StartedAt,
            Namespaces = gauges.Count,
            QueueRows = gauges.Sum(static each => each.QueueRows),
            Refining = gauges.Sum(static each => each.Refining),
            IndexLag = gauges.Sum(static each => each.IndexLag),
            SearchesWaiting = searches.Waiting,
            HeldBytes = budget.TotalBytes,
            BudgetBytes = budget.LimitBytes,
            CpuPercent = float.IsFinite(used.FilteredCpuUsagePercentage) && used.FilteredCpuUsagePercentage > 0 ? Math.Round(used.FilteredCpuUsagePercentage, 1) : null,
            MemoryBytes = Environment.WorkingSet,
            Dashboard = ((SiloDashboard?)services.GetService(typeof(SiloDashboard)))?.Url,
        });
    }
}
