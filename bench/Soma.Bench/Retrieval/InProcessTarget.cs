using System.Globalization;
using System.Text.Json;
using Soma.Grains.Embeddings;
using Soma.Grains.Engine.Searching;
using Soma.Grains.Interfaces;

namespace Soma.Bench.Retrieval;

/// <summary>The engine's own search, without grain, store or HTTP.</summary>
public sealed class InProcessTarget(bool useContext) : IRetrievalTarget
{
    private readonly FastTableEmbedder _embedder = new(FastTableEmbedder.DefaultFolder());
    private readonly Dictionary<string, SearchIndex> _indexes = [];

    public Task StoreAsync(string conversation, IReadOnlyList<EvalMemory> memories)
    {
        ArgumentNullException.ThrowIfNull(memories);
        var index = new SearchIndex(_embedder.Dimension);
        var indexer = new ContentIndexer(_embedder);
        for (var i = 0; i < memories.Count; i++)
        {
            var payload = JsonSerializer.SerializeToUtf8Bytes(memories[i].Payload());
            index.Put(new IndexEntry
            {
                Coordinate = CoordinateOf(i),
                Seq = i + 1,
                CreatedSeq = i + 1,
                Type = MemoryType.Episodic,
                Importance = 1,
                CreatedAt = new Instant(i),
                UpdatedAt = new Instant(i),
                Content = indexer.Prepare(payload, null, NamespaceSettings.DefaultSequenceFields),
            });
            index.Publish(i + 1);
        }

        _indexes[conversation] = index;
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<int>> SearchAsync(string conversation, string query, int topK)
    {
        var vector = new float[_embedder.Dimension];
        var request = new SearchRequest
        {
            Query = query,
            TextVector = _embedder.TryEmbed(query, vector) ? vector : null,
            TopK = topK,
            Now = new Instant(long.MaxValue - 1),
            UseContext = useContext,
        };
        var outcome = await Searcher.SearchAsync(_indexes[conversation].Current, request, NoRowsAsync, CancellationToken.None);
        return [.. outcome.Hits.Select(hit => (int)hit.Seq - 1)];
    }

    public void Dispose() => _embedder.Dispose();

    private static Task<IReadOnlyDictionary<long, ReadOnlyMemory<byte>>> NoRowsAsync(
        IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A search without a filter needs no rows.");

    private static Coordinate CoordinateOf(int i) => Coordinate.FromCanonical(i.ToString(CultureInfo.InvariantCulture) + ".0");
}
