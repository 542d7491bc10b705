using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Past;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Engine.Past;

public sealed class PastStatesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryBudget _budget = new(1_000);
    private int _made;

    [Fact]
    public async Task Requests_for_one_moment_share_one_state_also_while_it_is_made()
    {
        using var states = new PastStates(_budget, _clock);
        var begun = new TaskCompletionSource();
        var both = new[] { AskAsync(states, "a", begin: begun.Task), AskAsync(states, "a", begin: begun.Task) };
        begun.SetResult();
        Assert.Same(await both[0], await both[1]);
        Assert.Same(await both[0], await AskAsync(states, "a"));
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task A_silo_keeps_a_few_states_and_lets_go_of_the_one_used_longest_ago()
    {
        using var states = new PastStates(_budget, _clock);
        for (var i = 0; i < PastStates.Most; i++)
        {
            await AskAsync(states, $"{i}");
        }

        await AskAsync(states, "0");
        await AskAsync(states, "one more");
        Assert.Equal((PastStates.Most, PastStates.Most + 1), (states.Count, _made));
        await AskAsync(states, "0");
        Assert.Equal(PastStates.Most + 1, _made);
        await AskAsync(states, "1");
        Assert.Equal(PastStates.Most + 2, _made);
    }

    [Fact]
    public async Task Too_many_states_at_once_are_refused()
    {
        using var states = new PastStates(_budget, _clock);
        var begin = new TaskCompletionSource();
        var asked = Enumerable.Range(0, PastStates.Most).Select(i => AskAsync(states, $"{i}", begin: begin.Task)).ToArray();
        await Assert.ThrowsAsync<OverloadedException>(() => AskAsync(states, "one more"));
        begin.SetResult();
        await Task.WhenAll(asked);
        await AskAsync(states, "one more");
    }

    [Fact]
    public async Task The_past_gives_its_memory_up_before_the_present()
    {
        using var states = new PastStates(_budget, _clock);
        var shed = new List<long>();
        using var present = _budget.Register(shed.Add);
        present.Report(500);
        await AskAsync(states, "a", bytes: 300);
        Assert.Equal((800L, 1), (_budget.TotalBytes, states.Count));
        present.Report(900);
        Assert.Equal((900L, 0), (_budget.TotalBytes, states.Count));
        Assert.Empty(shed);
    }

    [Fact]
    public async Task A_state_that_nobody_used_for_minutes_is_let_go()
    {
        using var states = new PastStates(_budget, _clock);
        await AskAsync(states, "a", bytes: 300);
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal((0L, 0), (_budget.TotalBytes, states.Count));
    }

    [Fact]
    public async Task A_state_that_could_not_be_made_is_tried_again()
    {
        using var states = new PastStates(_budget, _clock);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => AskAsync(states, "a", begin: Task.FromException(new StoreUnavailableException("away"))));
        Assert.NotNull(await AskAsync(states, "a"));
    }

    private Task<State> AskAsync(PastStates states, string key, long bytes = 10, Task? begin = null) => states.GetAsync(
        key,
        async _ =>
        {
            await (begin ?? Task.CompletedTask);
            Interlocked.Increment(ref _made);
            return new State(bytes);
        },
        CancellationToken.None);

    private sealed record State(long Bytes) : IPastState;
}
