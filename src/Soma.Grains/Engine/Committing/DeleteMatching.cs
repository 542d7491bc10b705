namespace Soma.Grains.Engine.Committing;

/// <summary>One commit of a delete by filter: each coordinate is checked again when the batch is formed.</summary>
/// <param name="Coordinates">The memories to check and delete, at most 1,000.</param>
/// <param name="Matches">Says whether a row still passes the filter.</param>
/// <param name="DeletedBefore">How many memories the series deleted before this commit.</param>
/// <param name="NextChunk">The chunk of the request's coordinates from which a retry goes on; 0 if the request named no coordinates.</param>
/// <param name="IsLast">Whether this commit is the last of the series; its receipt is then the final one.</param>
internal sealed record DeleteMatching(
    IReadOnlyList<Coordinate> Coordinates, Func<MemoryRow, bool> Matches, long DeletedBefore, int NextChunk, bool IsLast)
    : SeriesStep(Coordinates, IsLast)
{
    public Decision Decide(BatchDraft draft)
    {
        var removed = 0L;
        foreach (var coordinate in Coordinates)
        {
            if (draft.Find(coordinate) is { } row && row.IsVisible(draft.At) && Matches(row))
            {
                draft.DeleteMemory(row);
                removed++;
            }
        }

        return Decision.Remove(removed, draft.NextSeq - 1);
    }
}
