using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Vectors;

namespace Soma.Grains.Tests.Vectors;

public sealed class CircuitBreakerTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly CircuitBreaker _breaker;
    private int _calls;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(3, TimeSpan.FromSeconds(5), _clock);

    [Fact]
    public async Task After_repeated_failures_calls_fail_at_once()
    {
        await FailAsync(3);

        await Assert.ThrowsAsync<VectorTierUnavailableException>(SucceedAsync);

        Assert.Equal(3, _calls);
        Assert.True(_breaker.IsOpen);
    }

    [Fact]
    public async Task A_success_between_failures_starts_the_count_again()
    {
        await FailAsync(2);
        await SucceedAsync();
        await FailAsync(2);

        Assert.False(_breaker.IsOpen);
    }

    [Fact]
    public async Task After_a_while_one_call_tries_and_closes_it()
    {
        await FailAsync(3);
        _clock.Advance(TimeSpan.FromSeconds(6));
        var trying = new TaskCompletionSource<int>();
        var trial = _breaker.CallAsync(() => trying.Task);

        await Assert.ThrowsAsync<VectorTierUnavailableException>(SucceedAsync);
        trying.SetResult(1);
        await trial;

        await SucceedAsync();
    }

    [Fact]
    public async Task A_trial_that_fails_opens_it_again()
    {
        await FailAsync(3);
        _clock.Advance(TimeSpan.FromSeconds(6));
        await FailAsync(1);

        await Assert.ThrowsAsync<VectorTierUnavailableException>(SucceedAsync);
        Assert.Equal(4, _calls);
    }

    [Fact]
    public async Task A_trial_that_its_caller_gave_up_on_leaves_room_for_the_next()
    {
        await FailAsync(3);
        _clock.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<OperationCanceledException>(() => _breaker.CallAsync<int>(() => throw new OperationCanceledException()));

        await SucceedAsync();
        Assert.False(_breaker.IsOpen);
    }

    [Fact]
    public async Task A_refused_request_is_an_answer()
    {
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<VectorTierRejectedException>(() => _breaker.CallAsync<int>(() => throw new VectorTierRejectedException("no")));
        }

        Assert.False(_breaker.IsOpen);
    }

    private async Task FailAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Assert.ThrowsAsync<VectorTierUnavailableException>(() => _breaker.CallAsync<int>(() =>
            {
                _calls++;
                throw new VectorTierUnavailableException("away");
            }));
        }
    }

    private Task<int> SucceedAsync() => _breaker.CallAsync(() =>
    {
        _calls++;
        return Task.FromResult(1);
    });
}
