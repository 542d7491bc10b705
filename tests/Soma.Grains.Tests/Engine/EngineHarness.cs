using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Soma.Grains.Embeddings.Table;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Mapping;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Past;
using Soma.Grains.Engine.Quotas;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Engine.Refining;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Forgetting;
using Soma.Grains.Storage.Past;
using Soma.Testing.Vectors;

namespace Soma.Grains.Tests.Engine;

/// <summary>An engine on a scheduler that runs one turn at a time, as a grain does.</summary>
internal sealed class EngineHarness
{
    public static readonly NamespaceKey Key = new("default", "tests");

    public static readonly Lazy<FastTableEmbedder> Embedder = new(
        () => new FastTableEmbedder(FastTableEmbedder.DefaultFolder()));

    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly NamespaceEngine _engine;

    public EngineHarness(ICanonicalStore store, EngineOptions? options = null, TimeProvider? clock = null, MemoryBudget? budget = null, NamespaceKey? key = null, HarnessParts? parts = null)
    {
        clock ??= TimeProvider.System;
        options ??= new EngineOptions { ReadLease = TimeSpan.FromMilliseconds(50) };
        var instruments = parts?.Instruments ?? new EngineInstruments(new Meter("Soma.Grains"), options);
        budget ??= new MemoryBudget(1L << 30);
        var services = new EngineServices
        {
            Store = store,
            Past = (IPastStore)store,
            PastStates = new PastStates(budget, clock),
            Leases = new LeaseKeeper(store, clock, instruments.Owning),
            Budget = budget,
            Searches = parts?.Searches ?? new SearchPool(2, 100),
            Embeddings = (IEmbeddingStore)store,
            Feed = (IFeedStore)store,
            Namespaces = (INamespaceStore)store,
            Forgetting = (IForgettingStore)store,
            Vectors = parts?.Vectors,
            VectorCursors = parts?.VectorCursors ?? new InMemoryIndexCursors(),
            Models = parts?.Models ?? new FixedModels(new TextModels(Embedder.Value, null)),
            Refining = new RefiningPool(TaskScheduler.Default, 2, new RequestLoad(clock), clock),
            Maps = new MapPool(TaskScheduler.Default),
            Load = new RequestLoad(clock),
            KeyTotals = parts?.KeyTotals ?? new KeyTotals(),
            Clock = clock,
            Options = options,
            Instruments = instruments,
            Lost = parts?.Lost ?? new LostWrites(),
            Logger = parts?.Logger ?? NullLogger.Instance,
        };
        _engine = new NamespaceEngine(key ?? Key, services, parts?.Settings ?? new NamespaceSettings())
        {
            OnReplaced = () => WasReplaced = true,
            PostTurn = turn => Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.None, _turns),
        };
    }

    public bool WasReplaced { get; private set; }

    public Task<T> RunAsync<T>(Func<NamespaceEngine, Task<T>> turn) =>
        Task.Factory.StartNew(() => turn(_engine), CancellationToken.None, TaskCreationOptions.None, _turns).Unwrap();

    public Task<WriteReply> WriteAsync(WriteCommand command) => RunAsync(engine => engine.WriteAsync(command));

    public Task<WriteReply> PutAsync(string coordinate, string text = "a memory") => WriteAsync(Put(coordinate, text));

    public async Task<MemoryRecord?> GetAsync(string coordinate) =>
        (await RunAsync(engine => engine.GetAsync(
            new GetMemory { Coordinate = At(coordinate), Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None))).Memory;

    public GetMemoryReply? GetDirectly(string coordinate) =>
        _engine.TryGetDirectly(new GetMemory { Coordinate = At(coordinate), Timeout = TimeSpan.FromSeconds(20) });

    public Task<SearchReply> SearchAsync(string query, int topK = 10) => RunAsync(engine => engine.SearchAsync(
        new SearchMemories { Query = query, TopK = topK, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));

    public Task ApplyAsync(NamespaceSettings settings) => RunAsync(engine =>
    {
        engine.ApplySettings(settings);
        return Task.FromResult(true);
    });

    public async Task CloseAsync() => await RunAsync(async engine =>
    {
        await engine.CloseAsync(CancellationToken.None);
        return true;
    });

    public static Coordinate At(string text) => Coordinate.TryParse(text, out var coordinate) ? coordinate : throw new ArgumentException(text);

    public static PutMemory PutOf(string coordinate, string text, Precondition condition = default, Expiry expiry = default) => new()
    {
        Coordinate = At(coordinate),
        Payload = Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}"""),
        Type = MemoryType.Episodic,
        Importance = 1,
        Condition = condition,
        Expiry = expiry,
    };

    public static WriteCommand Put(string coordinate, string text, IdempotencyKey? key = null) =>
        CommandOf(AnswerKind.Store, key, PutOf(coordinate, text));

    public static WriteCommand Delete(string coordinate, IdempotencyKey? key = null) =>
        CommandOf(AnswerKind.Delete, key, new DeleteMemory { Coordinate = At(coordinate) });

    public static WriteCommand CommandOf(AnswerKind answer, IdempotencyKey? key, params WriteOperation[] operations) => new()
    {
        Operations = operations,
        Answer = answer,
        Key = key,
        Timeout = TimeSpan.FromSeconds(20),
        Bytes = 100 * operations.Length,
    };

    public static IdempotencyKey KeyOf(string name, string request = "same") =>
        new() { Value = "c:" + name, RequestHash = Encoding.UTF8.GetBytes(request) };
}
