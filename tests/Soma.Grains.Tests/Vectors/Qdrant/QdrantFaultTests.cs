using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Vectors.Qdrant;
using Soma.Testing.Qdrant;

namespace Soma.Grains.Tests.Vectors.Qdrant;

/// <summary>What only a server can show that fails when it is told to.</summary>
public sealed class QdrantFaultTests : IAsyncLifetime
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly long _namespace = Points.NewNamespace();
    private QdrantStub _stub = null!;
    private QdrantVectorIndex _index = null!;

    public async Task InitializeAsync()
    {
        _stub = await QdrantStub.StartAsync("right");
        _index = Make(Options());
        await _index.EnsureAsync(Points.Space, default);
    }

    public async Task DisposeAsync()
    {
        await _stub.DisposeAsync();
        _http.Dispose();
        Assert.Empty(_stub.Violations);
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(408, false)]
    [InlineData(503, false)]
    public async Task A_passing_failure_is_tried_again(int status, bool isSettled)
    {
        _stub.Inject(StubFault.Error(status));
        _stub.Inject(StubFault.Error(status));

        // 429 is a plain no. Of the others nobody knows what became of the first attempt.
        Assert.Equal(isSettled, (await PutAsync()).IsSettled);

        Assert.Equal(1, await _index.CountAsync(Points.Space, _namespace, default));
        Assert.Equal(3, Upserts);
    }

    [Fact]
    public async Task A_cut_connection_is_tried_again_and_leaves_doubt()
    {
        _stub.Inject(StubFault.Cut());
        _stub.Inject(StubFault.CutAfter());

        Assert.False((await PutAsync()).IsSettled);
        Assert.Equal(3, Upserts);
    }

    [Fact]
    public async Task An_update_that_was_not_applied_in_time_is_no_success()
    {
        _stub.Inject(StubFault.WaitTimeout());

        Assert.False((await PutAsync()).IsSettled);
        Assert.Equal(2, Upserts);
    }

    [Theory]
    [InlineData(400, typeof(VectorTierRejectedException))]
    [InlineData(413, typeof(VectorTierRejectedException))]
    [InlineData(422, typeof(VectorTierRejectedException))]
    [InlineData(404, typeof(VectorSpaceMissingException))]
    [InlineData(403, typeof(VectorTierUnavailableException))]
    [InlineData(500, typeof(VectorTierUnavailableException))]
    [InlineData(507, typeof(VectorTierUnavailableException))]
    public async Task A_lasting_failure_is_not_tried_again(int status, Type expected)
    {
        _stub.Inject(StubFault.Error(status, "Because of this"));

        var failure = await Assert.ThrowsAsync(expected, PutAsync);

        Assert.Contains("Because of this", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, Upserts);
    }

    [Fact]
    public async Task A_wrong_key_is_said_in_plain_text_and_is_nobodys_bad_request()
    {
        var failure = await Assert.ThrowsAsync<VectorTierUnavailableException>(
            () => Make(Options() with { ApiKey = "wrong" }).CountAsync(Points.Space, _namespace, default));

        Assert.Equal("Qdrant answered 401: Invalid API key or JWT", failure.Message);
    }

    [Fact]
    public async Task An_answer_that_is_no_JSON_is_tried_again()
    {
        _stub.Inject(StubFault.PlainText(200, "<html>A proxy's page</html>"));

        Assert.False((await PutAsync()).IsSettled);
    }

    [Fact]
    public async Task Qdrant_says_how_long_to_wait()
    {
        var clock = new FakeTimeProvider();
        _stub.Inject(StubFault.Error(429, "Too many", retryAfter: 7));
        var patient = Options() with { AttemptTimeout = TimeSpan.FromHours(1), Deadline = TimeSpan.FromHours(1) };
        var put = Make(patient, clock).UpsertAsync(Points.Space, [APoint()], default);
        await Testing.Eventually.TrueAsync(() => Upserts == 1);

        await Testing.Eventually.TrueAsync(() =>
        {
            if (Upserts == 1)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
            }

            return put.IsCompleted;
        });

        Assert.True((await put).IsSettled);
        Assert.True(clock.GetUtcNow() - clock.Start >= TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Trying_again_ends_at_the_deadline()
    {
        _stub.Chance = _ => StubFault.Error(503, "Not today");
        var index = Make(Options() with { Deadline = TimeSpan.FromMilliseconds(50) });

        var failure = await Assert.ThrowsAsync<VectorTierUnavailableException>(() => index.CountAsync(Points.Space, _namespace, default));

        Assert.Contains("Not today", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_asked_again()
    {
        var gate = new TaskCompletionSource();
        _stub.Inject(StubFault.Slow(gate.Task));
        var index = Make(Options() with { AttemptTimeout = TimeSpan.FromMilliseconds(300) });

        Assert.False((await index.UpsertAsync(Points.Space, [APoint()], default)).IsSettled);
        gate.SetResult();
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_its_cancellation_and_no_failure_of_the_tier()
    {
        var gate = new TaskCompletionSource();
        _stub.Inject(StubFault.Slow(gate.Task));
        using var patience = new CancellationTokenSource();
        var count = _index.CountAsync(Points.Space, _namespace, patience.Token);
        await Testing.Eventually.TrueAsync(() => _stub.Requests.Any(request => request.Path.EndsWith("/scroll", StringComparison.Ordinal)));
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => count);
        gate.SetResult();
    }

    [Fact]
    public async Task A_server_that_is_away_is_not_to_be_had_and_then_is_again()
    {
        await PutAsync();
        await _stub.KillAsync();
        var index = Make(Options() with { Deadline = TimeSpan.FromMilliseconds(50) });

        await Assert.ThrowsAsync<VectorTierUnavailableException>(() => index.CountAsync(Points.Space, _namespace, default));
        Assert.False(await index.IsReadyAsync(default));

        await _stub.StartAgainAsync();
        Assert.Equal(1, await _index.CountAsync(Points.Space, _namespace, default));
        Assert.True(await index.IsReadyAsync(default));
    }

    [Fact]
    public async Task A_server_without_all_its_shards_is_not_ready()
    {
        _stub.IsReady = false;

        Assert.False(await _index.IsReadyAsync(default));
    }

    [Fact]
    public async Task A_collection_made_by_an_older_server_that_says_400_of_it_is_taken()
    {
        _stub.Inject(StubFault.Error(400, "Wrong input: Collection already exists!"), request => request is { Method: "PUT" } && request.Path.EndsWith("-4", StringComparison.Ordinal));
        // Unseen by the first look, so that it is made after all.
        _stub.Inject(
            StubFault.PlainText(200, """{"result":{"exists":false},"status":"ok","time":0}"""), request => request.Path.EndsWith("/exists", StringComparison.Ordinal));

        await _index.EnsureAsync(Points.Space, default);
    }

    [Fact]
    public void A_collection_is_made_for_many_tenants()
    {
        Assert.Equal(
            """{"vectors":{"dense":{"size":4,"distance":"Cosine"}},"sparse_vectors":{"bm25":{"modifier":"idf"}},"hnsw_config":{"m":0,"payload_m":16}}""",
            Assert.Single(_stub.Requests, request => request.Path == "/collections/soma-letters-4" && request.Method == "PUT").Body);
        Assert.Contains(_stub.Requests, request => request.Body == """{"field_name":"namespace","field_schema":{"type":"keyword","is_tenant":true}}""");
        Assert.Contains(_stub.Requests, request => request.Body == """{"field_name":"seq","field_schema":{"type":"integer","enable_hnsw":false}}""");
    }

    [Fact]
    public async Task Nothing_but_the_contracts_own_paths_is_asked()
    {
        await PutAsync();
        await _index.QueryAsync(
            Points.Space, new VectorQuery { NamespaceId = _namespace, Dense = [1, 0, 0, 0], Now = Points.Now, Limit = 3 }, default);

        Assert.DoesNotContain(_stub.Requests, request => request.Path.Contains("search", StringComparison.Ordinal));
        Assert.All(_stub.Requests.Where(request => request.IsUpdate && request.Path.Contains("/points", StringComparison.Ordinal)), request =>
            Assert.Equal(("true", "strong"), (request.Query["wait"], request.Query["ordering"])));
    }

    private int Upserts => _stub.Requests.Count(request => request.Method == "PUT" && request.Path.EndsWith("/points", StringComparison.Ordinal));

    private QdrantOptions Options() => new() { Url = _stub.Url, ApiKey = "right", FirstRetryDelay = TimeSpan.FromMilliseconds(1) };

    private QdrantVectorIndex Make(QdrantOptions options, TimeProvider? clock = null) => new(_http, options, clock ?? TimeProvider.System);

    private VectorPoint APoint() => Points.Of(_namespace, Points.Row(1, 1, text: "tea"), 1, 0, 0, 0);

    private Task<VectorWrite> PutAsync() => _index.UpsertAsync(Points.Space, [APoint()], default);
}
