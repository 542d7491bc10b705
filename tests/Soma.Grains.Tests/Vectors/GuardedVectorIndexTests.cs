using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Storage;
using Soma.Grains.Vectors;

namespace Soma.Grains.Tests.Vectors;

public sealed class GuardedVectorIndexTests
{
    private static readonly IndexCursor Mark = new(1, 1);

    private readonly FakeTimeProvider _clock = new();
    private readonly IVectorIndex _index;
    private readonly Tier _tier;

    public GuardedVectorIndexTests()
    {
        var tier = DispatchProxy.Create<IVectorIndex, Tier>();
        _tier = (Tier)(object)tier;
        _index = new GuardedVectorIndex(tier, 3, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), _clock);
    }

    [Fact]
    public async Task After_repeated_failures_calls_fail_at_once()
    {
        await FailAsync(3);

        await Assert.ThrowsAsync<VectorTierUnavailableException>(ReadAsync);

        Assert.Equal(3, _tier.Calls);
        Assert.False(await _index.IsReadyAsync(default));
        Assert.Equal(3, _tier.Calls);
    }

    [Fact]
    public async Task A_tier_that_mostly_answers_is_asked_on()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(Mark, await ReadAsync());
            Assert.Equal(Mark, await ReadAsync());
            await FailAsync(1);
        }

        Assert.Equal(60, _tier.Calls);
    }

    [Fact]
    public async Task After_a_while_one_call_tries_whether_the_tier_is_back()
    {
        await FailAsync(3);
        _clock.Advance(TimeSpan.FromSeconds(6));
        var trying = new TaskCompletionSource<IndexCursor?>();
        _tier.Answer = () => trying.Task;
        var trial = ReadAsync();

        await Assert.ThrowsAsync<VectorTierUnavailableException>(ReadAsync);
        trying.SetResult(Mark);

        Assert.Equal(Mark, await trial);
        Assert.Equal(Mark, await ReadAsync());
    }

    [Fact]
    public async Task A_trial_that_fails_leaves_calls_failing_at_once()
    {
        await FailAsync(3);
        _clock.Advance(TimeSpan.FromSeconds(6));
        await FailAsync(1);

        await Assert.ThrowsAsync<VectorTierUnavailableException>(ReadAsync);
        Assert.Equal(4, _tier.Calls);
    }

    [Fact]
    public async Task Where_nobody_searches_the_health_probe_finds_the_tier_back()
    {
        await FailAsync(3);
        _clock.Advance(TimeSpan.FromSeconds(6));
        _tier.IsReady = true;

        Assert.True(await _index.IsReadyAsync(default));
        Assert.Equal(Mark, await ReadAsync());
    }

    [Fact]
    public async Task A_trial_that_its_caller_gave_up_on_leaves_room_for_the_next()
    {
        await FailAsync(3);
        _clock.Advance(TimeSpan.FromSeconds(6));
        _tier.Answer = () => throw new OperationCanceledException();
        await Assert.ThrowsAsync<OperationCanceledException>(ReadAsync);

        _tier.Answer = () => Task.FromResult<IndexCursor?>(Mark);
        Assert.Equal(Mark, await ReadAsync());
    }

    [Fact]
    public async Task A_refused_request_is_an_answer()
    {
        _tier.Answer = () => throw new VectorTierRejectedException("no");
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<VectorTierRejectedException>(ReadAsync);
        }

        Assert.Equal(10, _tier.Calls);
    }

    private async Task FailAsync(int times)
    {
        var answer = _tier.Answer;
        _tier.Answer = () => throw new VectorTierUnavailableException("away");
        for (var i = 0; i < times; i++)
        {
            await Assert.ThrowsAsync<VectorTierUnavailableException>(ReadAsync);
        }

        _tier.Answer = answer;
    }

    private Task<IndexCursor?> ReadAsync() => _index.ReadMarkAsync(Points.Space, 1, default);

    /// <summary>Answers reads of the mark as told, and nothing else.</summary>
    internal class Tier : DispatchProxy
    {
        public int Calls { get; private set; }

        public Func<Task<IndexCursor?>> Answer { get; set; } = () => Task.FromResult<IndexCursor?>(Mark);

        public bool IsReady { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Calls++;
            return targetMethod?.Name == nameof(IVectorIndex.IsReadyAsync) ? Task.FromResult(IsReady) : Answer();
        }
    }
}
