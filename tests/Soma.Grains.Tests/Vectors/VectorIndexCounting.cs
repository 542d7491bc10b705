using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Tests.Vectors;

internal static class VectorIndexCounting
{
    /// <summary>How many points a namespace has.</summary>
    public static async Task<long> CountAsync(this IVectorIndex index, EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken)
    {
        var count = 0L;
        Guid? from = null;
        do
        {
            var page = await index.ScrollAsync(space, namespaceId, from, 100, cancellationToken);
            count += page.Points.Count;
            from = page.Next;
        }
        while (from is not null);

        return count;
    }
}
