using Soma.Grains.Engine.Embedding;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>Brings the points of some coordinates to what their memories are now.</summary>
internal sealed class PageWriter(long namespaceId, EmbeddingSpace space, IndexerParts parts)
{
    private readonly PointMaker _maker = new(space, parts.Vectors, parts.Options.IndexesWords);

    /// <summary>Makes the points of these coordinates as the rows say.</summary>
    /// <param name="coordinates">All of them; whose row is missing, dead or expired has no point.</param>
    /// <param name="rows">What they hold.</param>
    /// <param name="onlyDifferent">Whether to ask first what is there, and to write only where that differs.</param>
    /// <param name="cancellationToken">Stops it.</param>
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
        return written with { Write = written.Write & removed, Removed = gone.Count };
    }

    // One point that the tier refuses must not keep the others out, nor the indexer from ever going on: it is found by
    // halving, and left out. What was there of it before goes too, or an older version would be found in its place.
    private async Task<PageResult> UpsertAsync(IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken)
    {
        try
        {
            return new PageResult(await parts.Index.UpsertAsync(space, points, cancellationToken), points.Count, 0, 0);
        }
        catch (VectorTierRejectedException) when (points.Count > 1)
        {
            var half = points.Count / 2;
            var first = await UpsertAsync([.. points.Take(half)], cancellationToken);
            var second = await UpsertAsync([.. points.Skip(half)], cancellationToken);
            return new PageResult(first.Write & second.Write, first.Written + second.Written, 0, first.Refused + second.Refused);
        }
        catch (VectorTierRejectedException)
        {
            return new PageResult(await parts.Index.DeleteAsync(space, namespaceId, [points[0].Coordinate], cancellationToken), 0, 0, 1);
        }
    }
}
