using Soma.Grains.Engine.Embedding;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>
/// Compares a namespace's whole index with what its memories are, and mends what differs: the last resort against requests
/// that were applied later than anyone waits for, and what takes out the points of expired memories.
/// </summary>
/// <remarks>Reads the whole log and all points, in pages. Not beside a running indexer of the namespace: between its steps.</remarks>
public sealed class IndexVerifier(long namespaceId, EmbeddingSpace space, IndexerParts parts)
{
    private readonly PageWriter _writer = new(namespaceId, space, parts);

    /// <param name="throughSeq">How far the index is to reach; later changes are the indexer's.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<VerifyReport> VerifyAsync(long throughSeq, CancellationToken cancellationToken)
    {
        var report = new VerifyReport(0, 0, 0, IsSettled: true);
        for (var at = 0L; at < throughSeq;)
        {
            var page = await parts.Changes.ReadChangesAsync(namespaceId, at, throughSeq, parts.Options.PageSize, cancellationToken);
            report = await CheckAsync(report, page.Coordinates, page.Rows, cancellationToken);
            at = page.Through > at ? page.Through : throughSeq;
        }

        Guid? from = null;
        do
        {
            // What no log names any more: points of another life, or of memories whose time is over.
            var points = await parts.Index.ScrollAsync(space, namespaceId, from, parts.Options.PageSize, cancellationToken);
            var coordinates = points.Points.Select(point => point.Coordinate).ToList();
            var rows = await parts.Changes.ReadRowsAsync(namespaceId, coordinates, cancellationToken);
            report = await CheckAsync(report, coordinates, rows, cancellationToken);
            from = points.Next;
        }
        while (from is not null);

        return report;
    }

    private async Task<VerifyReport> CheckAsync(
        VerifyReport report, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyDictionary<Coordinate, MemoryRow> rows,
        CancellationToken cancellationToken)
    {
        var result = await _writer.WriteAsync(coordinates, rows, onlyDifferent: true, cancellationToken);
        return new VerifyReport(
            report.Checked + coordinates.Count,
            report.Mended + result.Written,
            report.Removed + result.Removed,
            report.IsSettled && result.Write.IsSettled);
    }
}
