using System.Globalization;
using System.Text;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Interfaces;
using Soma.Grains.Tests.Vectors;
using Soma.Grains.Vectors;
using Soma.Grains.Vectors.Qdrant;
using Soma.Testing;
using Soma.Testing.Qdrant;
using Soma.Testing.Storage;
using Soma.Testing.Vectors;

namespace Soma.Grains.Tests.Engine.Tier;

/// <summary>A namespace above the resident limit, whose candidates come from the tier.</summary>
public sealed class LargeNamespaceTests : IAsyncLifetime, IDisposable
{
    private const int Count = 60;
    private const string Searches = "soma_vector_tier_searches_total";

    private static readonly EngineOptions Options = new()
    {
        ReadLease = TimeSpan.FromSeconds(5),
        ResidentLimit = 20,
        Indexer = new() { IdleDelay = TimeSpan.FromMilliseconds(20), RetryDelay = TimeSpan.FromMilliseconds(20), SettleTime = TimeSpan.FromMilliseconds(100), PageSize = 16 },
    };

    private static readonly string[] Animals = ["otter", "heron", "badger", "lynx", "falcon", "beetle"];

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly InMemoryStore _store = new();
    private readonly InMemoryIndexCursors _cursors = new();
    private QdrantStub _stub = null!;
    private HarnessParts _parts = null!;
    private EngineHarness _engine = null!;

    public async Task InitializeAsync()
    {
        _stub = await QdrantStub.StartAsync();
        var options = new QdrantOptions
        {
            Url = _stub.Url,
            FirstRetryDelay = TimeSpan.FromMilliseconds(1),
            AttemptTimeout = TimeSpan.FromMinutes(1),
            Deadline = TimeSpan.FromMilliseconds(300),
        };
        var tier = new QdrantVectorIndex(_http, options, TimeProvider.System);
        _parts = new HarnessParts(Options)
        {
            Vectors = new GuardedVectorIndex(tier, 5, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(500), TimeProvider.System),
            VectorCursors = _cursors,
        };
        _engine = new EngineHarness(_store, Options, parts: _parts);
        for (var i = 0; i < Count; i++)
        {
            await _engine.WriteAsync(EngineHarness.CommandOf(AnswerKind.Store, null, Memory(i)));
        }
    }

    public async Task DisposeAsync()
    {
        await _engine.CloseAsync();
        Assert.Empty(_stub.Violations);
        await _stub.DisposeAsync();
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Candidates_come_from_the_tier_and_answers_from_the_store()
    {
        await UntilTheTierServesAsync();
        var hits = await FindAsync("the heron at the river");
        Assert.Contains("heron", hits[0], StringComparison.Ordinal);
        Assert.Equal(10, hits.Count);
    }

    [Fact]
    public async Task What_was_just_written_overwritten_or_deleted_is_seen_at_once()
    {
        await UntilTheTierServesAsync();
        for (var i = 0; i < 20; i++)
        {
            await _engine.WriteAsync(EngineHarness.Put("1000," + i, $"a zeppelin of kind number{i}"));
            Assert.Contains($"number{i}", (await FindAsync($"zeppelin number{i}"))[0], StringComparison.Ordinal);

            await _engine.WriteAsync(EngineHarness.Put("1000," + i, "a quiet pond"));
            Assert.DoesNotContain(await FindAsync($"zeppelin number{i}"), text => text.Contains("zeppelin", StringComparison.Ordinal));

            await _engine.WriteAsync(EngineHarness.Delete(At(i)));
            Assert.DoesNotContain(await FindAsync($"the {Animals[i % Animals.Length]} number{i} at the river", 100), text => text.Contains($"mark{i} ", StringComparison.Ordinal));
        }

        Assert.True(await SearchesAsync() > 20);
    }

    [Fact]
    public async Task A_filter_that_the_tier_cannot_express_still_fills_the_answer()
    {
        await UntilTheTierServesAsync();
        var reply = await SearchAsync(new SearchMemories
        {
            Query = "at the river",
            TopK = 5,
            Filter = Encoding.UTF8.GetBytes("""{"note":{"$contains":"odd"}}"""),
            Timeout = TimeSpan.FromSeconds(20),
        });
        Assert.Equal(5, reply.Hits.Length);
        Assert.All(reply.Hits, hit => Assert.Contains("odd", Encoding.UTF8.GetString(hit.Memory.Payload), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"mark7 at the river\"", 1)]
    [InlineData("\"river mark7\"", 0)]
    [InlineData("\"at the river\"", Count)]
    public async Task Phrases_are_looked_for_in_the_stored_texts_of_the_candidates(string query, int hits)
    {
        await UntilTheTierServesAsync();
        var reply = await SearchAsync(Query(query, topK: 100) with { Mode = SearchMode.Keyword });
        Assert.Equal(hits, reply.Hits.Length);
        Assert.False(reply.Degraded);
    }

    [Fact]
    public async Task A_linked_memory_that_is_no_candidate_of_the_tier_is_found()
    {
        await UntilTheTierServesAsync();
        await _engine.WriteAsync(EngineHarness.CommandOf(
            AnswerKind.Link, null, new PutLink { From = EngineHarness.At(At(7)), To = EngineHarness.At(At(40)), LinkType = "related", Strength = 1 }));
        var query = Query("heron", topK: 100) with { Mode = SearchMode.Keyword };
        var before = await SearchesAsync();
        Assert.Equal(10, (await SearchAsync(query)).Hits.Length);
        var reply = await SearchAsync(query with { Expand = new SearchExpansion() });
        Assert.Equal(11, reply.Hits.Length);
        Assert.Contains(reply.Hits, hit => hit.Memory.Coordinate == EngineHarness.At(At(40)));
        Assert.Equal(before + 2, await SearchesAsync());
        Assert.Equal(10, await CountAsync("odd"));
        Assert.Equal(0, await CountAsync("even"));

        async Task<int> CountAsync(string note) =>
            (await SearchAsync(query with { Filter = Encoding.UTF8.GetBytes($$"""{"note":"{{note}}"}"""), Expand = new SearchExpansion() })).Hits.Length;
    }

    [Fact]
    public async Task Without_the_tier_writes_and_searches_go_on_and_it_catches_up_when_it_is_back()
    {
        await UntilTheTierServesAsync();
        await _stub.KillAsync();
        for (var i = 0; i < 10; i++)
        {
            await _engine.WriteAsync(EngineHarness.Put("2000," + i, $"a walrus called wal{i}"));
            var reply = await SearchAsync(Query($"walrus wal{i}"));
            Assert.True(reply.Degraded);
            Assert.Contains($"wal{i}", Encoding.UTF8.GetString(reply.Hits[0].Memory.Payload), StringComparison.Ordinal);
        }

        await _engine.WriteAsync(EngineHarness.Delete(At(3)));
        _stub.Forget();
        await _stub.StartAgainAsync();
        await Eventually.TrueAsync(async () => !(await SearchAsync(Query("walrus"))).Degraded && await PointsAsync() == Count + 10 - 1);
    }

    [Fact]
    public async Task Reindexing_makes_the_tier_anew()
    {
        await UntilTheTierServesAsync();
        var requests = _stub.Requests.Count;
        await _engine.RunAsync(async engine =>
        {
            await engine.ReindexAsync(CancellationToken.None);
            return true;
        });
        await Eventually.TrueAsync(async () =>
        {
            await SearchAsync(Query("heron"));
            return _stub.Requests.Skip(requests).Count(request => request.Method == "PUT" && request.Path.EndsWith("/points", StringComparison.Ordinal)) >= Count / 16;
        });
        await Eventually.TrueAsync(async () => await PointsAsync() == Count);
        await UntilTheTierServesAsync();
    }

    [Fact]
    public async Task Other_search_fields_index_the_tier_anew_with_the_words_of_those_fields_and_earlier_ones_again()
    {
        await UntilAsync(odd: Count / 2);

        var (all, without) = (new NamespaceSettings(), new NamespaceSettings { IgnoreFields = ["note"] });
        await _engine.ApplyAsync(without = without.After(all));
        await UntilAsync(odd: 0);

        await _engine.ApplyAsync(all.After(without));
        await UntilAsync(odd: Count / 2);
        await UntilTheTierServesAsync();

        Task UntilAsync(int odd) => Eventually.TrueAsync(async () =>
        {
            await SearchAsync(Query("river"));
            return await FindByWordAsync("odd") == odd && await FindByWordAsync("river") == Count;
        });
    }

    private async Task<int> FindByWordAsync(string word)
    {
        var query = new VectorQuery { NamespaceId = 1, Sparse = Points.Words(word), Now = new Instant(1), Limit = 100 };
        return (await _parts.Vectors!.QueryAsync(Grains.Engine.Embedding.EmbeddingSpace.BuiltIn, query, CancellationToken.None)).Hits.Count;
    }

    private static string At(int i) => string.Create(CultureInfo.InvariantCulture, $"{i},0");

    private static PutMemory Memory(int i) => new()
    {
        Coordinate = EngineHarness.At(At(i)),
        Payload = Encoding.UTF8.GetBytes($$"""{"text":"the {{Animals[i % Animals.Length]}} number{{i}} with mark{{i}} at the river","note":["{{(i % 2 == 0 ? "even" : "odd")}}"]}"""),
        Type = MemoryType.Episodic,
        Importance = 1,
    };

    private static SearchMemories Query(string query, int topK = 10) => new() { Query = query, TopK = topK, Timeout = TimeSpan.FromSeconds(20) };

    private Task<SearchReply> SearchAsync(SearchMemories query) => _engine.RunAsync(engine => engine.SearchAsync(query, CancellationToken.None));

    private async Task<IReadOnlyList<string>> FindAsync(string query, int topK = 10)
    {
        var reply = await SearchAsync(Query(query, topK));
        Assert.False(reply.Degraded);
        return [.. reply.Hits.Select(hit => Encoding.UTF8.GetString(hit.Memory.Payload))];
    }

    private async Task<double> SearchesAsync() => (await _parts.ScrapeAsync())[Searches];

    /// <summary>How many points the tier has; null: it does not answer, for example because the machine is busy.</summary>
    private async Task<long?> PointsAsync()
    {
        try
        {
            return await _parts.Vectors!.CountAsync(Grains.Engine.Embedding.EmbeddingSpace.BuiltIn, 1, CancellationToken.None);
        }
        catch (VectorTierUnavailableException)
        {
            return null;
        }
    }

    /// <summary>The tier has caught up, and the next search goes through it.</summary>
    private Task UntilTheTierServesAsync() => Eventually.TrueAsync(async () =>
    {
        var before = await SearchesAsync();
        await SearchAsync(Query("river"));
        return await SearchesAsync() > before;
    });
}
