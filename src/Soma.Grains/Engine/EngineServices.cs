using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Mapping;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Past;
using Soma.Grains.Engine.Quotas;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Engine.Refining;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Storage.Forgetting;
using Soma.Grains.Storage.Past;

namespace Soma.Grains.Engine;

/// <summary>What all engines of a silo share.</summary>
public sealed record EngineServices
{
    public required ICanonicalStore Store { get; init; }

    /// <summary>Reads the log as the past of namespaces; the same store.</summary>
    public required IPastStore Past { get; init; }

    public required PastStates PastStates { get; init; }

    public required LeaseKeeper Leases { get; init; }

    public required MemoryBudget Budget { get; init; }

    public required SearchPool Searches { get; init; }

    public required IEmbeddingStore Embeddings { get; init; }

    public required INamespaceStore Namespaces { get; init; }

    public required IFeedStore Feed { get; init; }

    public required IForgettingStore Forgetting { get; init; }

    public KeyTotals KeyTotals { get; init; } = new();

    public required IModelCatalog Models { get; init; }

    /// <summary>Finds candidates in namespaces too large to be held; null: there is none.</summary>
    public IVectorIndex? Vectors { get; init; }

    public required IIndexCursorStore VectorCursors { get; init; }

    public required RefiningPool Refining { get; init; }

    public required MapPool Maps { get; init; }

    public required RequestLoad Load { get; init; }

    public required TimeProvider Clock { get; init; }

    public required EngineOptions Options { get; init; }

    public required EngineInstruments Instruments { get; init; }

    /// <summary>Told by owners that find the store behind what they committed.</summary>
    public LostWrites Lost { get; init; } = new();

    public ILogger Logger { get; init; } = NullLogger.Instance;
}
