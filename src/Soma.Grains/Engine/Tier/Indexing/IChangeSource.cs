namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>Reads which memories of a namespace changed, and their current rows.</summary>
public interface IChangeSource
{
    /// <summary>
    /// Reads at most <paramref name="limit"/> log rows after <paramref name="afterSeq"/> and up to <paramref
    /// name="throughSeq"/>, and the <i>current</i> rows of the coordinates that they name. The rows are read after the
    /// log, so they are never older than the log.
    /// </summary>
    Task<ChangePage> ReadChangesAsync(long namespaceId, long afterSeq, long throughSeq, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the current rows of these coordinates. Coordinates without a row are missing from the result.
    /// </summary>
    Task<IReadOnlyDictionary<Coordinate, MemoryRow>> ReadRowsAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken);
}

/// <summary>The changes in one stretch of a namespace's log, as an index needs them.</summary>
/// <param name="Through">The last seq of the stretch. If it equals the seq at which the stretch began, there were no
/// further changes.</param>
/// <param name="Coordinates">The coordinates whose memories changed in the stretch, each once.</param>
/// <param name="Rows">The current rows of these coordinates, perhaps of a change after the stretch. Tombstones are
/// included; coordinates without a row are missing.</param>
public sealed record ChangePage(
    long Through, IReadOnlyCollection<Coordinate> Coordinates, IReadOnlyDictionary<Coordinate, MemoryRow> Rows);
