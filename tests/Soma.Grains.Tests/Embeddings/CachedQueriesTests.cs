using Soma.Grains.Embeddings;
using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Tests.Embeddings;

public sealed class CachedQueriesTests
{
    private readonly SlowModel _model = new();

    [Fact]
    public async Task A_query_that_was_asked_is_not_asked_again()
    {
        var cached = new CachedQueries(_model);
        _model.Answer("peanuts", [1]);

        var first = await cached.EmbedQueryAsync("peanuts", CancellationToken.None);
        var second = await cached.EmbedQueryAsync("peanuts", CancellationToken.None);

        Assert.Same(first, second);
        Assert.Equal(["peanuts"], _model.Asked);
    }

    [Fact]
    public async Task Equal_queries_at_once_share_one_call_that_outlives_a_caller_who_gives_up()
    {
        var cached = new CachedQueries(_model);
        using var impatient = new CancellationTokenSource();
        var first = cached.EmbedQueryAsync("peanuts", impatient.Token).AsTask();
        var second = cached.EmbedQueryAsync("peanuts", CancellationToken.None).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _model.Answer("peanuts", [1]);

        Assert.Equal(1, Assert.Single((await second)!));
        Assert.Equal(["peanuts"], _model.Asked);
    }

    [Fact]
    public async Task A_failure_reaches_all_who_wait_and_is_not_kept()
    {
        var cached = new CachedQueries(_model);
        var waiting = new[] { cached.EmbedQueryAsync("peanuts", CancellationToken.None).AsTask(), cached.EmbedQueryAsync("peanuts", CancellationToken.None).AsTask() };

        _model.Fail("peanuts");
        foreach (var query in waiting)
        {
            await Assert.ThrowsAsync<ModelUnavailableException>(() => query);
        }

        _model.Answer("peanuts", [2]);
        var vector = await cached.EmbedQueryAsync("peanuts", CancellationToken.None);
        Assert.Equal(2, Assert.Single(vector!));
    }

    [Fact]
    public async Task A_refusal_is_kept()
    {
        var cached = new CachedQueries(_model);
        _model.Answer("???", null);

        Assert.Null(await cached.EmbedQueryAsync("???", CancellationToken.None));
        Assert.Null(await cached.EmbedQueryAsync("???", CancellationToken.None));
        Assert.Single(_model.Asked);
    }

    [Fact]
    public async Task The_query_not_asked_for_longest_gives_way()
    {
        var cached = new CachedQueries(_model, capacity: 2);
        foreach (var query in new[] { "a", "b", "c" })
        {
            _model.Answer(query, [1]);
        }

        foreach (var query in new[] { "a", "b", "a", "c", "a", "b" })
        {
            await cached.EmbedQueryAsync(query, CancellationToken.None);
        }

        Assert.Equal(["a", "b", "c", "b"], _model.Asked);
    }

    [Fact]
    public async Task A_very_long_query_is_not_kept()
    {
        var cached = new CachedQueries(_model);
        var book = new string('x', CachedQueries.LongestQuery + 1);
        _model.Answer(book, [1]);

        await cached.EmbedQueryAsync(book, CancellationToken.None);
        await cached.EmbedQueryAsync(book, CancellationToken.None);

        Assert.Equal(2, _model.Asked.Count);
    }

    /// <summary>Answers a query once the test says what.</summary>
    private sealed class SlowModel : ISentenceModel
    {
        private readonly Dictionary<string, TaskCompletionSource<float[]?>> _answers = [];

        public List<string> Asked { get; } = [];

        public string ModelName => "slow";

        public EmbeddingSpace Space { get; } = new("slow", 1);

        public int BatchSize => 1;

        public bool IsLocal => false;

        public void Answer(string query, float[]? vector) => Source(query).SetResult(vector);

        public void Fail(string query)
        {
            var source = Source(query);
            _answers.Remove(query);
            source.SetException(new ModelUnavailableException("away"));
        }

        public Task<IReadOnlyList<float[]?>> EmbedMemoriesAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<float[]?> EmbedQueryAsync(string query, CancellationToken cancellationToken)
        {
            Asked.Add(query);
            return new ValueTask<float[]?>(Source(query).Task);
        }

        private TaskCompletionSource<float[]?> Source(string query)
        {
            if (!_answers.TryGetValue(query, out var source))
            {
                _answers[query] = source = new TaskCompletionSource<float[]?>();
            }

            return source;
        }
    }
}
