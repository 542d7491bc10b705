using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

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
