using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Prometheus;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Engine;

/// <summary>What the engines of a silo share and a test looks at.</summary>
internal sealed class HarnessParts
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    public HarnessParts(EngineOptions? options = null)
    {
        Instruments = new EngineInstruments(_registry, options ?? new EngineOptions());
        Instruments.Searches.Watch(Searches);
    }

    public EngineInstruments Instruments { get; }

    public SearchPool Searches { get; } = new(2, 100);

    public ILogger? Logger { get; init; }

    public IModelCatalog? Models { get; init; }

    public IVectorIndex? Vectors { get; init; }

    public IIndexCursorStore? VectorCursors { get; init; }

    public NamespaceSettings? Settings { get; init; }

    /// <summary>What <c>/metrics</c> would show: each series with its value.</summary>
    public async Task<IReadOnlyDictionary<string, double>> ScrapeAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text);
        return Encoding.UTF8.GetString(text.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split(' '))
            .ToDictionary(pieces => pieces[0], pieces => double.Parse(pieces[1], CultureInfo.InvariantCulture));
    }
}
