using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>One commit of a delete by filter: each coordinate is checked again when the batch is formed.</summary>
internal sealed record DeleteMatching : WriteOperation
{
    /// <summary>At most 1,000.</summary>
    public required IReadOnlyList<Coordinate> Coordinates { get; init; }

    /// <summary>Whether the row is still one to delete.</summary>
    public required Func<MemoryRow, bool> Matches { get; init; }

    /// <summary>Deleted by the series before this commit.</summary>
    public required long DeletedBefore { get; init; }

    /// <summary>Which of the request's coordinates a continuation takes up next, in chunks; 0 where it named none.</summary>
    public required int NextChunk { get; init; }

    /// <summary>Whether the series ends here, so that its receipt becomes the final one.</summary>
    public required bool IsLast { get; init; }
}
