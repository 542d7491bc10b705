using Microsoft.Extensions.Logging;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Quotas;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Engine;

/// <summary>What the engines of a silo share and a test looks at.</summary>
internal sealed class HarnessParts
{
    private readonly ScrapedMeter _metrics = new();

    public HarnessParts(EngineOptions? options = null)
    {
        Instruments = new EngineInstruments(_metrics.Meter, options ?? new EngineOptions());
        Instruments.Searches.Watch(Searches);
    }

    public EngineInstruments Instruments { get; }

    public SearchPool Searches { get; } = new(2, 100);

    public LostWrites Lost { get; } = new();

    public ILogger? Logger { get; init; }

    public IModelCatalog? Models { get; init; }

    public IVectorIndex? Vectors { get; init; }

    public IIndexCursorStore? VectorCursors { get; init; }

    public KeyTotals? KeyTotals { get; init; }

    public NamespaceSettings? Settings { get; init; }

    /// <summary>What <c>/metrics</c> would show: each series with its value.</summary>
    public Task<IReadOnlyDictionary<string, double>> ScrapeAsync() => _metrics.ScrapeAsync();
}
