using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>The services that an indexer uses.</summary>
public sealed record IndexerParts
{
    public required IVectorIndex Index { get; init; }

    public required IChangeSource Changes { get; init; }

    public required IVectorSource Vectors { get; init; }

    public required IIndexCursorStore Cursors { get; init; }

    public required TimeProvider Clock { get; init; }

    public IndexerOptions Options { get; init; } = new();
}
