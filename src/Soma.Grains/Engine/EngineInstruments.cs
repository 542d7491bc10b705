using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Committing;
using Soma.Grains.Engine.Observing;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Engine.Refining;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Engine;

/// <summary>The metrics of a silo's engines. They are made once, when the silo starts, so that every series exists from the start.</summary>
/// <remarks>
/// <para>The name of an instrument is the name of its metric on <c>/metrics</c>, so that a search for one finds the other.</para>
/// <para>A label is a tag of the instrument, and each of its values has an instrument of its own. Example:
/// <c>soma_commits_total</c> has one counter with <c>outcome="committed"</c> and one with <c>outcome="fenced"</c>. So counting
/// looks nothing up and allocates nothing, and every value shows at 0 before its first event.</para>
/// <para>A label's values are a fixed set that this code lists. A namespace, a tenant or a key is never a label, because the
/// number of series must not grow with the data.</para>
/// </remarks>
public sealed class EngineInstruments
{
    public EngineInstruments(Meter meter, EngineOptions options)
    {
        Gauges = new SiloGauges();
        Commits = new CommitInstruments(meter, Gauges, options);
        Owning = new OwningInstruments(meter, Gauges);
        Cache = new CacheInstruments(meter, Gauges);
        Index = new IndexInstruments(meter, Gauges);
        Searches = new SearchInstruments(meter);
        Refining = new RefiningInstruments(meter, Gauges);
        Tier = new TierInstruments(meter, Gauges);
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
