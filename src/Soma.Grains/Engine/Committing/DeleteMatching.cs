namespace Soma.Grains.Engine.Committing;

/// <summary>One commit of a delete by filter: each coordinate is checked again when the batch is formed.</summary>
internal sealed record DeleteMatching : WriteOperation
{
    /// <summary>The memories to check and delete, at most 1,000.</summary>
    public required IReadOnlyList<Coordinate> Coordinates { get; init; }

    /// <summary>Says whether a row still passes the filter.</summary>
    public required Func<MemoryRow, bool> Matches { get; init; }

    /// <summary>How many memories the series deleted before this commit.</summary>
    public required long DeletedBefore { get; init; }

    /// <summary>The number of the chunk of the request's coordinates from which a retry goes on; 0 if the request named no coordinates.</summary>
    public required int NextChunk { get; init; }

    /// <summary>Whether this commit is the last of the series; its receipt is then the final one.</summary>
    public required bool IsLast { get; init; }
}
