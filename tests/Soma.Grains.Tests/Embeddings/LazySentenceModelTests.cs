using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Embeddings;
using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Tests.Embeddings;

public sealed class LazySentenceModelTests
{
    private static readonly TimeSpan _idleTime = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly List<Model> _loaded = [];

    [Fact]
    public async Task A_process_that_embeds_nothing_holds_no_sentence_model()
    {
        using var lazy = Make();
        Assert.Empty(_loaded);

        await lazy.EmbedQueryAsync("kettle", CancellationToken.None);
        await lazy.EmbedMemoriesAsync(["kettle"], CancellationToken.None);

        Assert.False(Assert.Single(_loaded).IsClosed);
    }

    [Fact]
    public async Task A_model_that_nobody_used_for_its_idle_time_is_closed_and_loaded_again_by_its_next_text()
    {
        using var lazy = Make();
        await lazy.EmbedQueryAsync("kettle", CancellationToken.None);
        _time.Advance(_idleTime / 2);
        await lazy.EmbedQueryAsync("cupboard", CancellationToken.None);
        _time.Advance(_idleTime * 0.9);
        Assert.False(_loaded[0].IsClosed);

        _time.Advance(_idleTime);
        Assert.True(_loaded[0].IsClosed);

        Assert.NotNull(await lazy.EmbedQueryAsync("kettle", CancellationToken.None));
        Assert.Equal([true, false], _loaded.Select(model => model.IsClosed));
    }

    [Fact]
    public async Task A_model_is_not_closed_while_it_embeds()
    {
        using var lazy = Make();
        await lazy.EmbedQueryAsync("kettle", CancellationToken.None);
        var running = lazy.EmbedMemoriesAsync([Model.Slow], CancellationToken.None);

        _time.Advance(_idleTime * 2);
        Assert.False(_loaded[0].IsClosed);

        _loaded[0].Finish();
        await running;
        _time.Advance(_idleTime * 2);
        Assert.True(Assert.Single(_loaded).IsClosed);
    }

    [Fact]
    public async Task A_model_that_searches_need_is_loaded_before_them_and_stays()
    {
        using var lazy = Make();
        lazy.LoadAndKeep();
        Assert.Single(_loaded);

        await lazy.EmbedQueryAsync("kettle", CancellationToken.None);
        _time.Advance(_idleTime * 2);

        Assert.False(Assert.Single(_loaded).IsClosed);
    }

    [Fact]
    public async Task A_model_that_could_not_be_loaded_is_tried_again()
    {
        var attempts = 0;
        using var lazy = new LazySentenceModel(
            "model", EmbeddingSpace.BuiltIn, () => ++attempts == 1 ? throw new IOException("the disk is away") : new Model(), _idleTime, _time);

        var failure = await Assert.ThrowsAsync<ModelUnavailableException>(() => lazy.EmbedMemoriesAsync(["kettle"], CancellationToken.None));

        Assert.Contains("the disk is away", failure.Message);
        Assert.Single(await lazy.EmbedMemoriesAsync(["kettle"], CancellationToken.None));
    }

    private LazySentenceModel Make() => new("model", EmbeddingSpace.BuiltIn, Load, _idleTime, _time);

    private Model Load()
    {
        _loaded.Add(new Model());
        return _loaded[^1];
    }

    private sealed class Model : ISentenceModel, IDisposable
    {
        public const string Slow = "slow";

        private readonly TaskCompletionSource _finished = new();

        public bool IsClosed { get; private set; }

        public string ModelName => "model";

        public EmbeddingSpace Space => EmbeddingSpace.BuiltIn;

        public int BatchSize => 1;

        public bool IsLocal => true;

        public void Finish() => _finished.SetResult();

        public async Task<IReadOnlyList<float[]?>> EmbedMemoriesAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            if (texts.Contains(Slow))
            {
                await _finished.Task;
            }

            return [.. texts.Select(_ => new float[1])];
        }

        public ValueTask<float[]?> EmbedQueryAsync(string query, CancellationToken cancellationToken)
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return ValueTask.FromResult<float[]?>(new float[1]);
        }

        public void Dispose() => IsClosed = true;
    }
}
