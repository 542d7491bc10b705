using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>What changed in a namespace, and what is there now.</summary>
public interface IChangeSource
{
    /// <summary>
    /// The coordinates that the log names after <paramref name="afterSeq"/> and up to <paramref name="throughSeq"/>, at most
    /// <paramref name="limit"/> rows of it, with what they hold <i>now</i>: read after the log, hence never older than it.
    /// </summary>
    Task<ChangePage> ReadChangesAsync(long namespaceId, long afterSeq, long throughSeq, int limit, CancellationToken cancellationToken);

    /// <summary>What these coordinates hold now; unknown ones are missing.</summary>
    Task<IReadOnlyDictionary<Coordinate, MemoryRow>> ReadRowsAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken);
}
