using BenchmarkDotNet.Attributes;
using Soma.Bench.Retrieval;
using Soma.Grains.Embeddings.Table;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Bench.Micro;

/// <summary>One search over the index of a namespace: words (BM25), vectors (the scan), and both with fusion and context.</summary>
public class SearchBenchmarks : IDisposable
{
    private FastTableEmbedder _embedder = null!;
    private SearchIndex _index = null!;
    private string _query = "";
    private float[] _vector = [];

    [Params(1_000, 10_000)]
    public int Memories { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _embedder = new FastTableEmbedder(FastTableEmbedder.DefaultFolder());
        (_index, _query) = SearchSpeedCommand.MakeUp(Memories, _embedder);
        _vector = new float[_embedder.Dimension];
        Embed();
    }

    [Benchmark(Description = "embed a query by the table")]
    public bool Embed() => _embedder.TryEmbed(_query, _vector);

    [Benchmark(Description = "words")]
    public Task<SearchOutcome> Words() => SearchAsync(SearchMode.Keyword, useContext: false);

    [Benchmark(Description = "vectors")]
    public Task<SearchOutcome> Vectors() => SearchAsync(SearchMode.Vector, useContext: false);

    [Benchmark(Description = "hybrid with context")]
    public Task<SearchOutcome> Hybrid() => SearchAsync(SearchMode.Hybrid, useContext: true);

    [GlobalCleanup]
    public void Dispose()
    {
        _embedder.Dispose();
        GC.SuppressFinalize(this);
    }

    private Task<SearchOutcome> SearchAsync(SearchMode mode, bool useContext) => Searcher.SearchAsync(
        _index.Current,
        new SearchRequest
        {
            Asked = new SearchMemories { Query = _query, TopK = 10, Mode = mode, Timeout = default },
            TextVector = _vector,
            Now = new Instant(0),
            UseContext = useContext,
        },
        (_, _) => throw new InvalidOperationException("No filter needs a stored row."),
        CancellationToken.None);
}
