using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>Writes or removes the points of some coordinates so that they match the current rows.</summary>
internal sealed class PageWriter(long namespaceId, EmbeddingSpace space, IndexerParts parts)
{
    private readonly PointMaker _maker = new(space, parts);

    /// <summary>Makes the points of these coordinates match their rows.</summary>
    /// <param name="coordinates">All coordinates to write. If a row is missing, deleted or expired, its point is
    /// removed.</param>
    /// <param name="rows">The current rows.</param>
    /// <param name="onlyDifferent">Whether to read the stored points first and write only those that differ.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    public async Task<PageResult> WriteAsync(
        IReadOnlyCollection<Coordinate> coordinates, IReadOnlyDictionary<Coordinate, MemoryRow> rows, bool onlyDifferent,
        CancellationToken cancellationToken)
    {
        var now = Instant.From(parts.Clock.GetUtcNow());
        var living = coordinates.Select(coordinate => rows.GetValueOrDefault(coordinate)).OfType<MemoryRow>()
            .Where(row => row.IsVisible(now)).ToList();
        var points = await _maker.MakeAsync(namespaceId, living, cancellationToken);
        var gone = coordinates.Except(points.Select(point => point.Coordinate)).ToList();
        if (onlyDifferent)
        {
            var stored = (await parts.Index.ReadAsync(space, namespaceId, coordinates, cancellationToken)).ToDictionary(point => point.Coordinate);
            points = [.. points.Where(point => !stored.TryGetValue(point.Coordinate, out var held) || held.Fingerprint != point.Fingerprint())];
            gone = [.. gone.Where(stored.ContainsKey)];
        }

        var removed = await parts.Index.DeleteAsync(space, namespaceId, gone, cancellationToken);
        var written = await UpsertAsync(points, cancellationToken);
        return written with { Write = written.Write & removed };
    }

    // If the tier refuses one point, the page is halved until that point is found, and the point is left out. Otherwise
    // it would block the other points, and the indexer for ever. The older version of a refused point is removed too,
    // or a search would find the old version.
    private async Task<PageResult> UpsertAsync(IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken)
    {
        try
        {
            return new PageResult(await parts.Index.UpsertAsync(space, points, cancellationToken), 0);
        }
        catch (VectorTierRejectedException) when (points.Count > 1)
        {
            var half = points.Count / 2;
            var first = await UpsertAsync([.. points.Take(half)], cancellationToken);
            var second = await UpsertAsync([.. points.Skip(half)], cancellationToken);
            return new PageResult(first.Write & second.Write, first.Refused + second.Refused);
        }
        catch (VectorTierRejectedException)
        {
            return new PageResult(await parts.Index.DeleteAsync(space, namespaceId, [points[0].Coordinate], cancellationToken), 1);
        }
    }
}

/// <summary>The result of writing the points of some coordinates.</summary>
/// <param name="Write">Whether every request of the page was answered.</param>
/// <param name="Refused">Points that the tier refuses; a retry would fail again.</param>
internal sealed record PageResult(VectorWrite Write, int Refused);
