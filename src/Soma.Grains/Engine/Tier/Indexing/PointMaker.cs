using Soma.Grains.Engine.Embedding;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>Makes the points of memories that are neither deleted nor expired.</summary>
internal sealed class PointMaker(EmbeddingSpace space, IndexerParts parts)
{
    /// <summary>Returns the points of the rows. A row with neither a vector nor words has no point.</summary>
    public async Task<IReadOnlyList<VectorPoint>> MakeAsync(
        long namespaceId, IReadOnlyList<MemoryRow> rows, CancellationToken cancellationToken)
    {
        var points = new List<VectorPoint>(rows.Count);
        var dense = await parts.Vectors.ReadAsync(namespaceId, space, rows, cancellationToken);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var sparse = parts.Options.IndexesWords ? SparseTerms.OfMemory(IndexedText.Compose(row.Payload, row.Text, parts.Fields)) : null;
            if (dense[i] is not null || sparse is not null)
            {
                points.Add(new VectorPoint
                {
                    NamespaceId = namespaceId,
                    Coordinate = row.Coordinate,
                    Seq = row.Seq,
                    Dense = dense[i],
                    Sparse = sparse,
                    Fields = PointFields.Of(row),
                });
            }
        }

        return points;
    }
}
