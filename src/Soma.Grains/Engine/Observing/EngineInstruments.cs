using Prometheus;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Committing;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Refining;
using Soma.Grains.Engine.Searching;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Engine.Observing;

/// <summary>All that a silo's engines tell <c>/metrics</c>: made once a silo, so that every series exists from its start.</summary>
/// <remarks>Labels are fixed sets of this code, never a namespace, a tenant or a key: the series must not grow with the data.</remarks>
public sealed class EngineInstruments
{
    public EngineInstruments(CollectorRegistry registry, EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(options);
        Levels = new SiloLevels();
        Commits = new CommitInstruments(registry, Levels, options);
        Owning = new OwningInstruments(registry, Levels);
        Cache = new CacheInstruments(registry, Levels);
        Searches = new SearchInstruments(registry, Levels);
        Refining = new RefiningInstruments(registry, Levels);
        Tier = new TierInstruments(registry, Levels);
    }

    public SiloLevels Levels { get; }

    public CommitInstruments Commits { get; }

    public OwningInstruments Owning { get; }

    public CacheInstruments Cache { get; }

    public SearchInstruments Searches { get; }

    public RefiningInstruments Refining { get; }

    public TierInstruments Tier { get; }
}
