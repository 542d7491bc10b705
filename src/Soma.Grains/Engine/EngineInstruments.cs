using Prometheus;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Committing;
using Soma.Grains.Engine.Observing;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Engine.Refining;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Engine;

/// <summary>All that a silo's engines tell <c>/metrics</c>: made once a silo, so that every series exists from its start.</summary>
/// <remarks>Labels are fixed sets of this code, never a namespace, a tenant or a key: the series must not grow with the data.</remarks>
public sealed class EngineInstruments
{
    public EngineInstruments(CollectorRegistry registry, EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(options);
        Gauges = new SiloGauges();
        Commits = new CommitInstruments(registry, Gauges, options);
        Owning = new OwningInstruments(registry, Gauges);
        Cache = new CacheInstruments(registry, Gauges);
        Index = new IndexInstruments(registry, Gauges);
        Searches = new SearchInstruments(registry);
        Refining = new RefiningInstruments(registry, Gauges);
        Tier = new TierInstruments(registry, Gauges);
    }

    public SiloGauges Gauges { get; }

    public CommitInstruments Commits { get; }

    public OwningInstruments Owning { get; }

    public CacheInstruments Cache { get; }

    public IndexInstruments Index { get; }

    public SearchInstruments Searches { get; }

    public RefiningInstruments Refining { get; }

    public TierInstruments Tier { get; }
}
