using Soma.Grains.Engine;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Interfaces;
using Soma.Testing;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Engine.Refining;

/// <summary>One store, a sentence model of the table's space and one with a space of its own, and engines over them.</summary>
internal sealed class RefiningWorld
{
    /// <summary>Cosines of <c>car</c> and a memory <c>automobile</c>, by whose vector it is.</summary>
    public const double ByTable = 1 / 6.0, ByShared = 1, ByOwn = 0.8;

    private readonly FixedModels _models;

    /// <param name="shared">The model of the table's space.</param>
    /// <param name="own">The model with a space of its own.</param>
    public RefiningWorld(FakeSentenceModel? shared = null, FakeSentenceModel? own = null)
        : this(new InMemoryStore(), shared, own)
    {
    }

    /// <summary>What another process has: models of its own over the same store.</summary>
    public RefiningWorld(RefiningWorld other)
        : this(other.Memory, null, null)
    {
    }

    private RefiningWorld(InMemoryStore memory, FakeSentenceModel? shared, FakeSentenceModel? own, bool hasOwn = true, bool tellsEnglish = true)
    {
        Memory = memory;
        Shared = shared ?? new FakeSentenceModel("shared-model", EmbeddingSpace.BuiltIn) { IsLocal = true };
        Own = own ?? new FakeSentenceModel("own-model", OwnSpace);
        Store = new FaultyStore(Memory);
        var table = new TextModels(new LetterTable { TellsEnglish = tellsEnglish }, null);
        _models = new FixedModels(
            hasOwn ? table with { Model = Own } : table,
            ("builtin", table with { Model = Shared }), ("own", hasOwn ? table with { Model = Own } : table), ("fast", table), ("none", TextModels.None));
    }

    /// <summary>Another process again, which has no model with a space of its own.</summary>
    public static RefiningWorld WithoutOwn(RefiningWorld other) => new(other.Memory, null, null, hasOwn: false);

    /// <summary>A process of the version that had every text refined.</summary>
    public static RefiningWorld OfOlderVersion() => new(new InMemoryStore(), null, null, tellsEnglish: false);

    public static EmbeddingSpace OwnSpace { get; } = new("own", 40);

    public static string SharedSpace => EmbeddingSpace.BuiltIn.Name;

    public InMemoryStore Memory { get; }

    public FaultyStore Store { get; }

    public FakeSentenceModel Shared { get; }

    public FakeSentenceModel Own { get; }

    /// <summary>The first namespace of the store.</summary>
    public static long Id => 1;

    public static NamespaceSettings Choose(string embedder) => new() { Embedder = embedder };

    public EngineHarness Start(string embedder, TimeProvider? clock = null) => Start(Choose(embedder), clock);

    public EngineHarness Start(NamespaceSettings settings, TimeProvider? clock = null) =>
        new(Store, new EngineOptions { ReadLease = TimeSpan.FromMilliseconds(50), LoadPageSize = 16 }, clock, parts: new HarnessParts { Models = _models, Settings = settings });

    /// <summary>Memories <c>1</c> to <c>count</c>, each an automobile with its number.</summary>
    public static async Task PutAsync(EngineHarness engine, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await engine.PutAsync($"{i}", $"automobile {i}");
        }
    }

    public static Task<SearchReply> SearchAsync(EngineHarness engine, string query = "car", SearchMode mode = SearchMode.Vector) =>
        engine.RunAsync(each => each.SearchAsync(
            new SearchMemories { Query = query, TopK = 1000, Mode = mode, Explain = true, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));

    /// <summary>Each found memory's cosine with <c>car</c>.</summary>
    public static async Task<Dictionary<string, double>> CosinesAsync(EngineHarness engine) =>
        (await SearchAsync(engine)).Hits.ToDictionary(hit => hit.Memory.Coordinate.Text, hit => Math.Round(hit.Explanation!.Text!.Value, 4));

    public static async Task AssertAllAsync(EngineHarness engine, double cosine, int count)
    {
        var cosines = await CosinesAsync(engine);
        Assert.Equal(count, cosines.Count);
        Assert.All(cosines.Values, value => Assert.Equal(cosine, value, 1e-3));
    }

    /// <summary>Waits until all have this cosine.</summary>
    public static Task AllBecomeAsync(EngineHarness engine, double cosine) => Eventually.TrueAsync(
        async () => (await CosinesAsync(engine)).Values.All(value => Math.Abs(value - cosine) < 1e-3));

    public static Task NothingIsRefiningAsync(EngineHarness engine) =>
        Eventually.TrueAsync(async () => (await SearchAsync(engine)).Refining == 0);

    /// <summary>How many rows the store has of a space, of the first two hundred versions.</summary>
    public async Task<int> CountRowsAsync(string space) =>
        (await Memory.ReadEmbeddingsAsync(Id, space, [.. Enumerable.Range(1, 200).Select(seq => (long)seq)], CancellationToken.None)).Count;

    public Task RowsBecomeAsync(int shared, int own) =>
        Eventually.TrueAsync(async () => (await CountRowsAsync(SharedSpace), await CountRowsAsync(OwnSpace.Name)) == (shared, own));
}
