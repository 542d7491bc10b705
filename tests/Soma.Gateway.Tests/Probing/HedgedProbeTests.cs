using Soma.Gateway.Probing;
using Soma.Gateway.Sending;
using Soma.Gateway.Tests.Fakes;
using Soma.Grains.Interfaces;
using Soma.Hosting;

namespace Soma.Gateway.Tests.Probing;

public sealed class HedgedProbeTests
{
    private readonly ImpatientClock _clock = new();
    private readonly List<CancellationToken> _attempts = [];

    [Fact]
    public async Task A_probe_that_hangs_on_one_dead_silo_is_answered_by_another()
    {
        var probe = Probe(attempt => attempt == 1 ? new TaskCompletionSource<string>().Task : Task.FromResult("well"));
        Assert.Equal("well", await probe.GetAsync());
        Assert.Equal(TimeSpan.FromMilliseconds(700), _clock.GetElapsedTime(0));
        Assert.True(_attempts[0].IsCancellationRequested);
    }

    [Fact]
    public async Task A_probe_that_a_silo_refuses_tries_once_more()
    {
        Assert.Equal("well", await Probe(attempt => attempt == 1
            ? Task.FromException<string>(new SiloUnavailableException("gone"))
            : Task.FromResult("well")).GetAsync());
    }

    [Fact]
    public async Task A_probe_that_no_silo_answers_ends_within_its_time_after_two_attempts()
    {
        var probe = Probe(_ => new TaskCompletionSource<string>().Task);
        await Assert.ThrowsAsync<DeadlinePassedException>(probe.GetAsync);
        Assert.Equal(2, _attempts.Count);
        Assert.Equal(CoalescedProbe<string>.MaxWait, _clock.GetElapsedTime(0));
    }

    private CoalescedProbe<string> Probe(Func<int, Task<string>> answer) => HedgedProbe.Create(
        token =>
        {
            _attempts.Add(token);
            return answer(_attempts.Count);
        },
        new Backoff(new Random(1)),
        _clock);
}
