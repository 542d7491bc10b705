using Soma.Grains.Engine.Embedding;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>
/// Compares a namespace's whole index with what its memories are, page by page, and mends what differs: the last resort against
/// requests that were applied later than anyone waits for, and what takes out the points of expired memories.
/// </summary>
/// <remarks>
/// First the coordinates that the log names, whose points may be missing or old; then the points that are there, whose memories may
/// be gone. The indexer calls it between its own steps. A write of it that gets no clear answer is left to the next pass.
/// </remarks>
internal sealed class IndexVerifier(long namespaceId, EmbeddingSpace space, IndexerParts parts, PageWriter writer)
{
    private long _checkedTo;
    private bool _isScrolling;
    private Guid? _nextPoint;

    /// <summary>Checks a page.</summary>
    /// <param name="throughSeq">How far the index is to reach; later changes are the indexer's.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>Whether everything has been checked now; the next call begins anew.</returns>
    public async Task<bool> StepAsync(long throughSeq, CancellationToken cancellationToken)
    {
        if (!_isScrolling && _checkedTo < throughSeq)
        {
            var page = await parts.Changes.ReadChangesAsync(namespaceId, _checkedTo, throughSeq, parts.Options.PageSize, cancellationToken);
            await writer.WriteAsync(page.Coordinates, page.Rows, onlyDifferent: true, cancellationToken);
            _checkedTo = page.Through > _checkedTo ? page.Through : throughSeq;
            return false;
        }

        // What no log names any more: points of another life, or of memories whose time is over.
        _isScrolling = true;
        var points = await parts.Index.ScrollAsync(space, namespaceId, _nextPoint, parts.Options.PageSize, cancellationToken);
        Coordinate[] coordinates = [.. points.Points.Select(point => point.Coordinate)];
        var rows = await parts.Changes.ReadRowsAsync(namespaceId, coordinates, cancellationToken);
        await writer.WriteAsync(coordinates, rows, onlyDifferent: true, cancellationToken);
        _nextPoint = points.Next;
        if (_nextPoint is not null)
        {
            return false;
        }

        (_checkedTo, _isScrolling) = (0, false);
        return true;
    }
}
