using Soma.Gateway.Tests.Fakes;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Sending;

public sealed class SenderTests
{
    private readonly SendingUnderTest _sending = new();

    [Fact]
    public async Task An_attempt_that_says_nothing_is_followed_by_another_with_the_time_that_is_left()
    {
        var write = _sending.Write();
        var first = await _sending.NextAsync();
        await _sending.AdvanceAsync(TimeSpan.FromSeconds(3));
        var second = await _sending.NextAsync();
        Assert.Equal((1, TimeSpan.FromSeconds(10)), (first.Attempt.Number, first.Attempt.TimeLeft));
        Assert.Equal((2, TimeSpan.FromSeconds(7)), (second.Attempt.Number, second.Attempt.TimeLeft));
        second.Answer("done");
        Assert.Equal("done", await write);
    }

    [Fact]
    public async Task An_attempt_within_its_limit_stands_alone()
    {
        var write = _sending.Write();
        var first = await _sending.NextAsync();
        await _sending.AdvanceAsync(TimeSpan.FromSeconds(2.9));
        first.Answer("done");
        Assert.Equal("done", await write);
        Assert.False(_sending.HasNext);
    }

    [Fact]
    public async Task The_first_attempt_s_late_answer_counts_after_the_second_was_sent()
    {
        var write = _sending.Write();
        var first = await _sending.NextAsync();
        await _sending.AdvanceAsync(TimeSpan.FromSeconds(3));
        var second = await _sending.NextAsync();
        _sending.Fail(second, FailureNames.Make(nameof(OrleansMessageRejectionException)));
        first.Answer("late");
        Assert.Equal("late", await write);
    }

    [Fact]
    public async Task An_answer_that_comes_with_the_grain_s_own_deadline_is_still_taken()
    {
        var write = _sending.Write();
        var first = await _sending.NextAsync();
        for (var i = 0; i < 3; i++)
        {
            await _sending.AdvanceAsync(TimeSpan.FromSeconds(3));
            await _sending.NextAsync();
        }

        await _sending.AdvanceAsync(TimeSpan.FromSeconds(1.1));
        first.Answer("at last");
        Assert.Equal("at last", await write);
    }

    [Fact]
    public async Task A_failed_attempt_is_followed_by_another_after_a_pause()
    {
        var write = _sending.Write();
        var first = await _sending.NextAsync();
        _sending.Fail(first, new ReplacedException("moved"));
        await _sending.AdvanceAsync(TimeSpan.FromMilliseconds(50));
        var second = await _sending.NextAsync();
        Assert.Equal(2, second.Attempt.Number);
        Assert.True(second.Attempt.TimeLeft < _sending.Options.RequestTimeout);
        second.Answer("done");
        Assert.Equal("done", await write);
    }

    [Fact]
    public async Task A_refusal_is_the_answer_only_where_no_other_attempt_may_still_be_applied()
    {
        var alone = _sending.WriteOnCondition();
        _sending.Refuse(await _sending.NextAsync());
        Assert.Equal("refused", await alone);

        var sending = new SendingUnderTest();
        var write = sending.WriteOnCondition();
        var first = await sending.NextAsync();
        await sending.AdvanceAsync(TimeSpan.FromSeconds(3));
        sending.Refuse(await sending.NextAsync());
        await sending.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.False(sending.HasNext);
        sending.Fail(first, new ReplacedException("moved"));
        Assert.Equal("refused", await write);
    }

    [Fact]
    public async Task A_refusal_beside_an_attempt_that_never_answers_leaves_the_write_unknown()
    {
        var write = _sending.WriteOnCondition();
        await _sending.NextAsync();
        await _sending.AdvanceAsync(TimeSpan.FromSeconds(3));
        _sending.Refuse(await _sending.NextAsync());
        await _sending.AdvanceAsync(TimeSpan.FromSeconds(7.25));
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => write);
    }

    [Fact]
    public async Task A_read_cancels_the_attempts_that_lost()
    {
        var read = _sending.Read();
        var first = await _sending.NextAsync();
        await _sending.AdvanceAsync(TimeSpan.FromSeconds(3));
        var second = await _sending.NextAsync();
        Assert.False(first.Attempt.Cancellation.IsCancellationRequested);
        second.Answer("read");
        Assert.Equal("read", await read);
        Assert.True(first.Attempt.Cancellation.IsCancellationRequested);
    }

    [Fact]
    public async Task A_read_ends_with_its_client()
    {
        using var client = new CancellationTokenSource();
        var read = _sending.Read(client.Token);
        var first = await _sending.NextAsync();
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.True(first.Attempt.Cancellation.IsCancellationRequested);
    }

    [Fact]
    public async Task A_write_s_attempts_are_never_cancelled()
    {
        var write = _sending.Write();
        var first = await _sending.NextAsync();
        await _sending.AdvanceAsync(TimeSpan.FromSeconds(3));
        var second = await _sending.NextAsync();
        second.Answer("done");
        await write;
        Assert.False(first.Attempt.Cancellation.CanBeCanceled);
        Assert.False(second.Attempt.Cancellation.CanBeCanceled);
    }

    [Fact]
    public async Task With_the_budget_spent_no_further_attempt_goes_out_and_the_pending_one_is_waited_for()
    {
        var sending = new SendingUnderTest(options => options with { RetryBudgetCapacity = 0 });
        var write = sending.Write();
        var first = await sending.NextAsync();
        await sending.AdvanceInVainAsync(TimeSpan.FromSeconds(3));
        await sending.AdvanceAsync(TimeSpan.FromSeconds(3));
        first.Answer("slow");
        Assert.Equal("slow", await write);
        Assert.False(sending.HasNext);
        Assert.Contains("soma_gateway_retry_budget_exhausted_total 1", await sending.MetricsAsync());
    }

    [Fact]
    public async Task With_the_budget_spent_a_failure_goes_to_the_caller_as_it_is()
    {
        var sending = new SendingUnderTest(options => options with { RetryBudgetCapacity = 0 });
        var write = sending.Write();
        sending.Fail(await sending.NextAsync(), FailureNames.Make(nameof(OrleansMessageRejectionException)));
        await sending.AdvanceAsync(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAsync<OrleansMessageRejectionException>(() => write);
    }

    [Fact]
    public async Task Attempts_and_retries_are_counted_by_kind_and_reason()
    {
        var write = _sending.Write();
        _sending.Fail(await _sending.NextAsync(), new SiloUnavailableException("gone"));
        await _sending.AdvanceAsync(TimeSpan.FromMilliseconds(50));
        await _sending.NextAsync();
        await _sending.AdvanceAsync(TimeSpan.FromSeconds(3));
        (await _sending.NextAsync()).Answer("done");
        await write;
        var text = await _sending.MetricsAsync();
        Assert.Contains("soma_gateway_attempts_total{kind=\"first\"} 1", text);
        Assert.Contains("soma_gateway_attempts_total{kind=\"again\"} 1", text);
        Assert.Contains("soma_gateway_attempts_total{kind=\"hedge\"} 1", text);
        Assert.Contains("soma_gateway_retries_total{reason=\"unreachable\"} 1", text);
        Assert.Contains("soma_gateway_retries_total{reason=\"silence\"} 1", text);
    }

    [Fact]
    public async Task Every_series_is_there_before_anything_happened()
    {
        var text = await _sending.MetricsAsync();
        Assert.All(["first", "again", "hedge"], kind => Assert.Contains($"soma_gateway_attempts_total{{kind=\"{kind}\"}} 0", text));
        Assert.All(
            ["replaced", "rejected", "unreachable", "timeout", "silence"],
            reason => Assert.Contains($"soma_gateway_retries_total{{reason=\"{reason}\"}} 0", text));
        Assert.Contains("soma_gateway_retry_budget_exhausted_total 0", text);
        Assert.Contains("soma_gateway_outcomes_unknown_total 0", text);
    }
}
