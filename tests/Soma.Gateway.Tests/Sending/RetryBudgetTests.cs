using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Soma.Gateway.Sending;

namespace Soma.Gateway.Tests.Sending;

public sealed class RetryBudgetTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_full_budget_covers_its_capacity_and_no_more()
    {
        var budget = Budget(capacity: 3, perSecond: 0, perRequest: 0);
        Assert.Equal([true, true, true, false], Take(budget, 4));
    }

    [Fact]
    public void Requests_pay_for_a_share_of_their_number()
    {
        var budget = Budget(capacity: 2, perSecond: 0, perRequest: 0.2);
        Take(budget, 2);
        for (var i = 0; i < 4; i++)
        {
            budget.OnRequest();
        }

        Assert.False(budget.TryTake());
        budget.OnRequest();
        Assert.Equal([true, false], Take(budget, 2));
    }

    [Fact]
    public void Time_refills_it_up_to_its_capacity()
    {
        var budget = Budget(capacity: 10, perSecond: 4, perRequest: 0);
        Take(budget, 10);
        Assert.False(budget.TryTake());
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal([true, true, false], Take(budget, 3));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Take(budget, 20).Count(static taken => taken));
    }

    [Fact]
    public void However_it_is_used_retries_never_pass_what_was_paid_in() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 50]).Array[1, 200].Sample(steps =>
        {
            var clock = new FakeTimeProvider();
            var budget = new RetryBudget(Options(5, 10, 0.25), clock);
            var paid = 5.0;
            var taken = 0;
            foreach (var (step, milliseconds) in steps)
            {
                clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
                paid += milliseconds / 100.0;
                if (step == 0)
                {
                    budget.OnRequest();
                    paid += 0.25;
                }
                else
                {
                    taken += budget.TryTake() ? 1 : 0;
                }

                Assert.True(taken <= paid + 1e-6);
            }
        });

    private RetryBudget Budget(double capacity, double perSecond, double perRequest) => new(Options(capacity, perSecond, perRequest), _clock);

    private static List<bool> Take(RetryBudget budget, int times) => [.. Enumerable.Range(0, times).Select(_ => budget.TryTake())];

    private static GatewayOptions Options(double capacity, double perSecond, double perRequest) => new()
    {
        ApiToken = "t",
        RetryBudgetCapacity = capacity,
        RetryBudgetPerSecond = perSecond,
        RetryBudgetPerRequest = perRequest,
    };
}
