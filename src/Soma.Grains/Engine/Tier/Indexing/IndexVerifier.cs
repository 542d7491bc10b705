using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>
/// Compares a namespace's points with its memories, page by page, and rewrites the points that differ. This finds points that a
/// request changed after its settle time, and removes the points of expired memories.
/// </summary>
/// <remarks>
/// A pass checks first the coordinates that the log names, whose points may be missing or old, and then the points that exist,
/// whose memories may be gone. The indexer calls it between its own steps. If a write gets no clear answer, the next pass checks
/// that point again.
/// </remarks>
internal sealed class IndexVerifier(long namespaceId, EmbeddingSpace space, IndexerParts parts, PageWriter writer)
{
    private long _checkedTo;
    private bool _isScrolling;
    private Guid? _nextPoint;

    /// <summary>Checks a page.</summary>
    /// <param name="throughSeq">The seq up to which the log is checked. The indexer writes the changes after it.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>Whether the pass is complete. The next call then begins another pass.</returns>
    public async Task<bool> StepAsync(long throughSeq, CancellationToken cancellationToken)
    {
        if (!_isScrolling && _checkedTo < throughSeq)
        {
            var page = await parts.Changes.ReadChangesAsync(namespaceId, _checkedTo, throughSeq, parts.Options.PageSize, cancellationToken);
            await writer.WriteAsync(page.Coordinates, page.Rows, onlyDifferent: true, cancellationToken);
            _checkedTo = page.Through > _checkedTo ? page.Through : throughSeq;
            return false;
        }

        // Now the points that the log no longer names: those of an earlier life of the namespace, and those of expired memories.
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
