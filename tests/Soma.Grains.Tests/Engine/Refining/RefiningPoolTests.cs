using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Embeddings;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Refining;
using Soma.Testing;

namespace Soma.Grains.Tests.Engine.Refining;

/// <summary>How a model on this machine's cores steps aside for requests.</summary>
public sealed class RefiningPoolTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly FakeSentenceModel _model = new("local", EmbeddingSpace.BuiltIn) { IsLocal = true };
    private readonly LowPriorityScheduler _scheduler = new(1, "refining test");
    private readonly RequestLoad _load;
    private readonly RefiningPool _pool;

    public RefiningPoolTests()
    {
        _load = new RequestLoad(_clock);
        _pool = new RefiningPool(_scheduler, 1, _load, _clock);
    }

    public void Dispose()
    {
        _scheduler.Dispose();
    }

    [Fact]
    public async Task Without_requests_nothing_is_waited_for() =>
        Assert.Single(await _pool.EmbedAsync(_model, ["automobile"], CancellationToken.None));

    [Fact]
    public async Task Beside_requests_that_never_end_namespaces_wait_one_after_the_other_and_get_their_turn()
    {
        using var request = _load.Enter();
        var namespaces = Enumerable.Range(1, 3).Select(i => _pool.EmbedAsync(_model, [$"automobile {i}"], CancellationToken.None)).ToArray();
        var passed = TimeSpan.Zero;
        for (var done = 1; done <= namespaces.Length; done++)
        {
            await Eventually.TrueAsync(() =>
            {
                if (_model.Calls < done)
                {
                    passed += Step;
                    _clock.Advance(Step);
                }

                return _model.Calls >= done;
            });
            Assert.True(passed >= done * LongestWait, $"{passed} until text {done}");
        }

        Assert.All(await Task.WhenAll(namespaces), vectors => Assert.Single(vectors));
    }
}
