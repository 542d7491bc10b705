using Orleans.Runtime.Messaging;
using Prometheus;
using Soma.Gateway.Sending;
using Soma.Gateway.Tests.Fakes;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Sending;

/// <summary>What is told of an operation, by what its first attempt did and what all later ones did.</summary>
public sealed class OutcomeTests
{
    private const string Silence = "silence";
    private readonly ImpatientClock _clock = new();
    private readonly GatewayInstruments _instruments = new(Metrics.NewCustomRegistry());
    private int _attempts;

    [Theory]
    // Certainly not applied, every one of them: the last failure says why.
    [InlineData(nameof(OrleansMessageRejectionException), nameof(OrleansMessageRejectionException), nameof(OrleansMessageRejectionException))]
    [InlineData(nameof(ConnectionFailedException), nameof(ConnectionFailedException), nameof(ConnectionFailedException))]
    [InlineData(nameof(ClientNotAvailableException), nameof(ReplacedException), nameof(ReplacedException))]
    [InlineData(nameof(OrleansMessageRejectionException), nameof(OverloadedException), nameof(OverloadedException))]
    [InlineData(nameof(ReplacedException), nameof(StoreUnavailableException), nameof(StoreUnavailableException))]
    [InlineData(nameof(ReplacedException), nameof(DeadlinePassedException), nameof(DeadlinePassedException))]
    [InlineData(nameof(ConnectionFailedException), nameof(GatewayTooBusyException), nameof(GatewayTooBusyException))]
    // One may have been applied, and no later "not applied" speaks for it.
    [InlineData(nameof(TimeoutException), nameof(OverloadedException), nameof(OutcomeUnknownException))]
    [InlineData(nameof(TimeoutException), nameof(OrleansMessageRejectionException), nameof(OutcomeUnknownException))]
    [InlineData(nameof(SiloUnavailableException), nameof(DeadlinePassedException), nameof(OutcomeUnknownException))]
    [InlineData(nameof(SiloUnavailableException), nameof(ConnectionFailedException), nameof(OutcomeUnknownException))]
    [InlineData(nameof(OperationCanceledException), nameof(ReplacedException), nameof(OutcomeUnknownException))]
    [InlineData(nameof(ObjectDisposedException), nameof(LimitExceededException), nameof(OutcomeUnknownException))]
    [InlineData(nameof(OrleansException), nameof(StoreUnavailableException), nameof(OutcomeUnknownException))]
    // One is still pending when the time is over.
    [InlineData(Silence, Silence, nameof(OutcomeUnknownException))]
    [InlineData(Silence, nameof(OrleansMessageRejectionException), nameof(OutcomeUnknownException))]
    [InlineData(Silence, nameof(OverloadedException), nameof(OutcomeUnknownException))]
    [InlineData(Silence, nameof(DeadlinePassedException), nameof(OutcomeUnknownException))]
    [InlineData(nameof(ReplacedException), Silence, nameof(OutcomeUnknownException))]
    // The grain's own word.
    [InlineData(nameof(OutcomeUnknownException), nameof(OverloadedException), nameof(OutcomeUnknownException))]
    [InlineData(nameof(OrleansMessageRejectionException), nameof(OutcomeUnknownException), nameof(OutcomeUnknownException))]
    public async Task A_write_is_unknown_exactly_where_some_attempt_may_have_been_applied(string first, string later, string outcome)
    {
        Assert.Equal(outcome, (await Record.ExceptionAsync(() => SendAsync(first, later, isWrite: true)))?.GetType().Name);
        Assert.Equal(outcome == nameof(OutcomeUnknownException) ? 1 : 0, await UnknownOutcomesAsync());
    }

    [Theory]
    [InlineData(nameof(TimeoutException), nameof(TimeoutException), nameof(DeadlinePassedException))]
    [InlineData(Silence, nameof(OrleansMessageRejectionException), nameof(DeadlinePassedException))]
    [InlineData(nameof(SiloUnavailableException), nameof(SiloUnavailableException), nameof(SiloUnavailableException))]
    [InlineData(nameof(SiloUnavailableException), nameof(IndexIncompleteException), nameof(IndexIncompleteException))]
    [InlineData(nameof(TimeoutException), nameof(ConnectionFailedException), nameof(ConnectionFailedException))]
    [InlineData(nameof(ObjectDisposedException), nameof(OperationCanceledException), nameof(SiloUnavailableException))]
    public async Task A_read_is_never_unknown(string first, string later, string failure)
    {
        Assert.Equal(failure, (await Record.ExceptionAsync(() => SendAsync(first, later, isWrite: false)))?.GetType().Name);
        Assert.Equal(0, await UnknownOutcomesAsync());
    }

    [Theory]
    [InlineData(nameof(TimeoutException))]
    [InlineData(nameof(SiloUnavailableException))]
    [InlineData(nameof(OrleansMessageRejectionException))]
    [InlineData(nameof(ConnectionFailedException))]
    [InlineData(nameof(ClientNotAvailableException))]
    [InlineData(nameof(ReplacedException))]
    [InlineData(nameof(OperationCanceledException))]
    [InlineData(nameof(ObjectDisposedException))]
    [InlineData(nameof(OrleansException))]
    [InlineData(Silence)]
    public async Task An_answer_settles_what_the_attempt_before_left_open(string first)
    {
        Assert.Equal("answer 2", await SendAsync(first, "", isWrite: true));
        Assert.Equal(0, await UnknownOutcomesAsync());
    }

    [Theory]
    [InlineData(nameof(OverloadedException))]
    [InlineData(nameof(StoreUnavailableException))]
    [InlineData(nameof(DeadlinePassedException))]
    [InlineData(nameof(OutcomeUnknownException))]
    [InlineData(nameof(GatewayTooBusyException))]
    [InlineData(nameof(InvalidOperationException))]
    public async Task A_verdict_or_a_fault_of_the_only_attempt_is_not_sent_again(string failure)
    {
        Assert.Equal(failure, (await Record.ExceptionAsync(() => SendAsync(failure, "", isWrite: true)))?.GetType().Name);
        Assert.Equal(1, _attempts);
    }

    private Task<string> SendAsync(string first, string later, bool isWrite)
    {
        var options = new GatewayOptions { ApiToken = "t" };
        var client = new NamespaceClient(new FakeGrainFactory(), options, new RetryBudget(options, _clock), new Backoff(new Random(1)), _instruments, _clock);
        return client.SendAsync(
            new Operation<string> { Send = attempt => CallAsync(attempt, attempt.Number == 1 ? first : later), IsWrite = isWrite },
            CancellationToken.None);
    }

    private Task<string> CallAsync(Attempt attempt, string behaviour)
    {
        _attempts++;
        return behaviour switch
        {
            "" => Task.FromResult($"answer {attempt.Number}"),
            Silence => new TaskCompletionSource<string>().Task,
            _ => Task.FromException<string>(FailureNames.Make(behaviour)),
        };
    }

    private async Task<int> UnknownOutcomesAsync()
    {
        using var text = new MemoryStream();
        await _instruments.Registry.CollectAndExportAsTextAsync(text);
        var line = System.Text.Encoding.UTF8.GetString(text.ToArray()).Split('\n').Single(line => line.StartsWith("soma_gateway_outcomes_unknown_total "));
        return int.Parse(line.Split(' ')[1]);
    }
}
