using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Soma.Grains.Embeddings.Table;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Mapping;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Past;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Engine.Refining;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using Soma.Testing.Vectors;

namespace Soma.Bench.Micro;

/// <summary>A namespace's engine on a store that keeps everything in memory: what is left is what Soma itself costs.</summary>
public class EngineBenchmarks : IDisposable
{
    private const int Batch = 500;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);
    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly GetMemory _query = new() { Coordinate = At(1), Timeout = Timeout };
    private NamespaceEngine _engine = null!;
    private int _next;

    [GlobalSetup]
    public void Fill()
    {
        var clock = TimeProvider.System;
        var options = new EngineOptions();
        var store = new InMemoryStore(isExclusive: true);
        var load = new RequestLoad(clock);
        var budget = new MemoryBudget(1L << 31);
        var instruments = new EngineInstruments(new Meter("Soma.Grains"), options);
        var services = new EngineServices
        {
            Feed = store,
            Namespaces = store,
            Store = store,
            Past = store,
            PastStates = new PastStates(budget, clock),
            Leases = new LeaseKeeper(store, clock, instruments.Owning),
            Budget = budget,
            Searches = new SearchPool(2, 100),
            Embeddings = store,
            Forgetting = store,
            VectorCursors = new InMemoryIndexCursors(),
            Models = new TableOnly(new FastTableEmbedder(FastTableEmbedder.DefaultFolder())),
            Refining = new RefiningPool(TaskScheduler.Default, 2, load, clock),
            Maps = new MapPool(TaskScheduler.Default),
            Load = load,
            Clock = clock,
            Options = options,
            Instruments = instruments,
            Logger = NullLogger.Instance,
        };
        _engine = new NamespaceEngine(new NamespaceKey("default", "bench"), services, new NamespaceSettings());
        StoreBatch().GetAwaiter().GetResult();
        GetOnATurn().GetAwaiter().GetResult();
    }

    [Benchmark(Description = "store: queue, decide, commit, index, answer")]
    public Task<WriteReply> Store() => WriteAsync(AnswerKind.Store, 1);

    [Benchmark(Description = "batch of 500, a memory", OperationsPerInvoke = Batch)]
    public Task<WriteReply> StoreBatch() => WriteAsync(AnswerKind.StoreBatch, Batch);

    [Benchmark(Description = "get on a turn")]
    public Task<GetMemoryReply> GetOnATurn() => OnTurn(() => _engine.GetAsync(_query, CancellationToken.None));

    [Benchmark(Description = "get without a turn, else on one")]
    public GetMemoryReply Get() => _engine.TryGetDirectly(_query) ?? GetOnATurn().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Dispose()
    {
        _engine.Dispose();
        GC.SuppressFinalize(this);
    }

    private Task<WriteReply> WriteAsync(AnswerKind answer, int memories) => OnTurn(() => _engine.WriteAsync(new WriteCommand
    {
        Operations = [.. Enumerable.Range(0, memories).Select(_ => Put(++_next % 100_000))],
        Answer = answer,
        Timeout = Timeout,
        Bytes = 600 * memories,
    }));

    private Task<T> OnTurn<T>(Func<Task<T>> turn) =>
        Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.None, _turns).Unwrap();

    private static PutMemory Put(int number) => new()
    {
        Coordinate = At(number),
        Payload = Encoding.UTF8.GetBytes($$"""{"text":"the kettle number {{number}} stands in the kitchen beside the window","speaker":"Ann"}"""),
        Type = MemoryType.Episodic,
        Importance = 1,
    };

    private static Coordinate At(int number) => Coordinate.FromCanonical(number.ToString(CultureInfo.InvariantCulture) + ".0");

    private sealed class TableOnly(FastTableEmbedder table) : IModelCatalog
    {
        public TextModels For(string? embedder) => new(table, null);

        public ISentenceModel? Find(string space) => null;
    }
}
