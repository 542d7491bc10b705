using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Names and creates the Qdrant collections: one for each embedding space.</summary>
/// <remarks>
/// All namespaces share the collection of a space and are kept apart by a tenant field with an index. A collection for
/// each namespace would cost Qdrant memory and files for each. The graph is built per tenant only (<c>m: 0</c>,
/// <c>payload_m: 16</c>), because no query spans namespaces.
/// </remarks>
internal sealed class QdrantCollections(QdrantClient client, QdrantOptions options)
{
    public const string Dense = "dense";
    public const string Sparse = "bm25";

    // Only the tenant field needs a graph. A common token matches nearly all points of a namespace, so its graph would
    // repeat the tenant's. Servers that do not know the switch ignore it, and build graphs that are not needed.
    private static readonly CreateIndex[] Indexes =
    [
        new(QdrantPayload.Namespace, new IndexSchema("keyword", IsTenant: true)),
        new(QdrantPayload.Seq, new IndexSchema("integer", EnableHnsw: false)),
        new(QdrantPayload.Tokens, new IndexSchema("keyword", EnableHnsw: false)),
        new(QdrantPayload.Expires, new IndexSchema("integer", EnableHnsw: false)),
    ];

    private readonly ConcurrentDictionary<EmbeddingSpace, string> _names = new();

    public string NameOf(EmbeddingSpace space) => _names.GetOrAdd(space, MakeName);

    /// <summary>Lists the collections that have this deployment's prefix. Some may be of spaces that this process does not use.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await client.ListAsync(cancellationToken)).Where(name => name.StartsWith($"{options.CollectionPrefix}-", StringComparison.Ordinal))];

    /// <summary>
    /// Creates the collection and its indexes if they do not exist. Any number of silos may call this at once.
    /// </summary>
    /// <exception cref="VectorTierRejectedException">The collection exists and holds other vectors.</exception>
    public async Task EnsureAsync(EmbeddingSpace space, CancellationToken cancellationToken)
    {
        var name = NameOf(space);
        var made = !await client.ExistsAsync(name, cancellationToken)
            && await client.CreateAsync(name, Definition(space), cancellationToken);
        if (!made)
        {
            Check(space, name, (await client.ReadCollectionAsync(name, cancellationToken)).Config.Params);
        }

        // This also runs for a collection that already existed: the process that created it may have died before it
        // created the indexes. Creating an existing index does nothing.
        foreach (var index in Indexes)
        {
            await client.CreateIndexAsync(name, index, cancellationToken);
        }
    }

    private static CreateCollection Definition(EmbeddingSpace space) => new(
        new Dictionary<string, DenseParams> { [Dense] = new(space.Dimension, "Cosine") },
        new Dictionary<string, SparseParams> { [Sparse] = new("idf") },
        new HnswParams(M: 0, PayloadM: 16));

    private static void Check(EmbeddingSpace space, string name, CollectionParams found)
    {
        if (found.Vectors?[Dense] is not JsonObject dense || found.SparseVectors?.ContainsKey(Sparse) != true)
        {
            throw new VectorTierRejectedException($"Qdrant's collection {name} has no vectors '{Dense}' and '{Sparse}': it is not one of ours.");
        }

        if (dense["size"]?.GetValue<int>() is var size && size != space.Dimension)
        {
            throw new VectorTierRejectedException($"Qdrant's collection {name} holds vectors of {size} numbers, not {space.Dimension}.");
        }
    }

    // Every version of Qdrant, and every file system under it, accepts letters, digits, '-', '_' and '.' in a name.
    private string MakeName(EmbeddingSpace space)
    {
        const int LongestName = 100;
        var plain = new string([.. space.Name.Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' ? character : '_')]);
        if (plain != space.Name || plain.Length > LongestName)
        {
            var hash = FieldHash.Of(space.Name).ToString("x16", CultureInfo.InvariantCulture);
            plain = $"{plain[..Math.Min(plain.Length, LongestName)]}-{hash}";
        }

        return $"{options.CollectionPrefix}-{plain}-{space.Dimension}";
    }
}
