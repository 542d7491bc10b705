using System.Threading.Channels;
using Prometheus;
using Soma.Gateway.Sending;
using Soma.Gateway.Tests.Fakes;

namespace Soma.Gateway.Tests.Sending;

/// <summary>A sender over a silo that the test plays: each attempt arrives here and ends when and how the test says.</summary>
internal sealed class SendingUnderTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();
    private readonly WatchedClock _clock = new();
    private int _waits;

    public SendingUnderTest(Func<GatewayOptions, GatewayOptions>? configure = null)
    {
        Options = (configure ?? (options => options))(new GatewayOptions { ApiToken = "t" });
        Instruments = new GatewayInstruments(Metrics.NewCustomRegistry());
        Client = new NamespaceClient(new FakeGrainFactory(), Options, new RetryBudget(Options, _clock), new Backoff(new Random(1)), Instruments, _clock);
    }

    public GatewayOptions Options { get; }

    public GatewayInstruments Instruments { get; }

    public NamespaceClient Client { get; }

    public Task<string> Write() => Send(new Operation<string> { Send = CallAsync, IsWrite = true }, CancellationToken.None);

    /// <summary>A write whose reply "refused" speaks only for its own attempt.</summary>
    public Task<string> WriteOnCondition() => Send(
        new Operation<string> { Send = CallAsync, IsWrite = true, SpeaksForAll = reply => reply != "refused" }, CancellationToken.None);

    public Task<string> Read(CancellationToken cancellationToken = default) =>
        Send(new Operation<string> { Send = CallAsync }, cancellationToken);

    /// <summary>The next attempt, once it has gone out and the sender waits for it. An attempt that ended before would never be waited for.</summary>
    public async Task<Call> NextAsync()
    {
        var call = await _calls.Reader.ReadAsync().AsTask().WaitAsync(Deadline);
        _waits++;
        await UntilWaitingAsync();
        return call;
    }

    public bool HasNext => _calls.Reader.TryPeek(out _);

    public void Fail(Call call, Exception e)
    {
        _waits++;
        call.Reply.SetException(e);
    }

    public void Refuse(Call call)
    {
        _waits++;
        call.Reply.SetResult("refused");
    }

    /// <summary>Lets time pass once the sender waits for it.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        await UntilWaitingAsync();
        _clock.Advance(by);
    }

    /// <summary>Lets time pass until the sender has woken up and, sending nothing, waits again.</summary>
    public async Task AdvanceInVainAsync(TimeSpan by)
    {
        await AdvanceAsync(by);
        _waits++;
        await UntilWaitingAsync();
    }

    public async Task<string> MetricsAsync()
    {
        using var text = new MemoryStream();
        await Instruments.Registry.CollectAndExportAsTextAsync(text);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    private async Task UntilWaitingAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (_clock.Timers < _waits)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Task<string> Send(Operation<string> operation, CancellationToken cancellationToken) => Client.SendAsync(operation, cancellationToken);

    private Task<string> CallAsync(Attempt attempt)
    {
        var call = new Call(attempt, new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
        _calls.Writer.TryWrite(call);
        return call.Reply.Task;
    }

    /// <summary>An attempt as the silo sees it.</summary>
    public sealed record Call(Attempt Attempt, TaskCompletionSource<string> Reply)
    {
        public void Answer(string text) => Reply.SetResult(text);
    }
}
