using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings;

/// <summary>
/// Caches the vectors of recent queries. People and agents repeat a query, e.g. page by page, and a slow model should embed it
/// once. Concurrent equal queries share one call. Failures are not cached.
/// </summary>
/// <remarks>Safe for concurrent use. The returned vectors are shared, so nobody may change one.</remarks>
/// <param name="model">The model. A call goes on when its caller gives up, because other callers may be waiting for the same call.</param>
/// <param name="capacity">How many queries are cached. The least recently used one is dropped first.</param>
public sealed class CachedQueries(ISentenceModel model, int capacity = CachedQueries.DefaultCapacity) : ISentenceModel
{
    /// <summary>Takes some megabytes with vectors of the usual size.</summary>
    public const int DefaultCapacity = 2_000;

    /// <summary>Longer queries, in characters, are not cached: they are rarely repeated, and together they could fill the memory.</summary>
    public const int LongestQuery = 2_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _latestFirst = new();

    public string ModelName => model.ModelName;

    public EmbeddingSpace Space => model.Space;

    public int BatchSize => model.BatchSize;

    public bool IsLocal => model.IsLocal;

    public Task<IReadOnlyList<float[]?>> EmbedMemoriesAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        model.EmbedMemoriesAsync(texts, cancellationToken);

    public ValueTask<float[]?> EmbedQueryAsync(string query, CancellationToken cancellationToken)
    {
        if (query.Length > LongestQuery)
        {
            return model.EmbedQueryAsync(query, cancellationToken);
        }

        var (entry, isNew) = FindOrAdd(query);
        if (isNew)
        {
            _ = FillAsync(entry);
        }

        var vector = entry.Vector.Task;
        return vector.IsCompletedSuccessfully ? new ValueTask<float[]?>(vector) : new ValueTask<float[]?>(vector.WaitAsync(cancellationToken));
    }

    private (Entry Entry, bool IsNew) FindOrAdd(string query)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(query, out var known))
            {
                _latestFirst.Remove(known);
                _latestFirst.AddFirst(known);
                return (known.Value, false);
            }

            var added = _entries[query] = _latestFirst.AddFirst(new Entry(query));
            if (_entries.Count > capacity && _latestFirst.Last is { } oldest)
            {
                _latestFirst.Remove(oldest);
                _entries.Remove(oldest.Value.Query);
            }

            return (added.Value, true);
        }
    }

    private async Task FillAsync(Entry entry)
    {
        try
        {
            entry.Vector.SetResult(await model.EmbedQueryAsync(entry.Query, CancellationToken.None));
        }
        // Every failure must be passed on to the callers that wait for this call, because nothing else ends their wait.
        catch (Exception failure)
        {
            Forget(entry);
            entry.Vector.SetException(failure);
        }
    }

    private void Forget(Entry entry)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(entry.Query, out var node) && node.Value == entry)
            {
                _latestFirst.Remove(node);
                _entries.Remove(entry.Query);
            }
        }
    }

    private sealed class Entry(string query)
    {
        public string Query { get; } = query;

        public TaskCompletionSource<float[]?> Vector { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
