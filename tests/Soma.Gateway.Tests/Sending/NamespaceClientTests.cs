using Prometheus;
using Soma.Gateway.Sending;
using Soma.Gateway.Tests.Fakes;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Sending;

public sealed class NamespaceClientTests
{
    private static readonly NamespaceKey Key = new("default", "default");
    private static readonly Coordinate Here = Coordinate.FromCanonical("1.0");
    private static readonly Task Never = new TaskCompletionSource().Task;
    private readonly FakeGrainFactory _grains = new();
    private readonly NamespaceClient _client;

    public NamespaceClientTests()
    {
        var options = new GatewayOptions { ApiToken = "t" };
        var clock = new ImpatientClock();
        var instruments = new GatewayInstruments(Metrics.NewCustomRegistry());
        _client = new NamespaceClient(_grains, options, new RetryBudget(options, clock), new Backoff(new Random(1)), instruments, clock);
    }

    private FakeNamespaceGrain Grain => _grains.Namespace("default", "default");

    [Fact]
    public async Task A_get_that_this_process_can_answer_is_not_sent()
    {
        var options = new GatewayOptions { ApiToken = "t" };
        var local = new LocalMemory { Reply = new GetMemoryReply { HeadSeq = 7 } };
        var client = new NamespaceClient(
            _grains, options, new RetryBudget(options, TimeProvider.System), new Backoff(new Random(1)),
            new GatewayInstruments(Metrics.NewCustomRegistry()), TimeProvider.System, local);
        var query = new GetMemory { Coordinate = Here, Timeout = TimeSpan.FromSeconds(10) };

        Assert.Equal(7, (await client.GetAsync(Key, query, CancellationToken.None)).HeadSeq);
        local.Reply = null;

        Assert.NotEqual(7, (await client.GetAsync(Key, query, CancellationToken.None)).HeadSeq);
    }

    [Fact]
    public async Task A_write_whose_first_attempt_hangs_is_answered_by_a_second_under_the_same_key()
    {
        Grain.Holds.Enqueue(Never);
        var reply = await _client.WriteAsync(Key, Command(new DeleteMemory { Coordinate = Here }));
        Assert.Equal(200, reply.Status);
        Assert.Equal([("g:op", 1), ("g:op", 2)], Grain.Commands.Select(command => (command.Key!.Value, command.Key.Attempt)));
        Assert.Equal([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(7)], Grain.Commands.Select(command => command.Timeout));
        Assert.Equal([null, TimeSpan.FromSeconds(3)], Grain.Commands.Select(command => command.Key!.Age));
    }

    [Fact]
    public async Task A_delete_by_filter_whose_first_attempt_hangs_is_sent_again_under_the_same_key()
    {
        Grain.Holds.Enqueue(Never);
        await _client.DeleteManyAsync(Key, new DeleteMany { Key = OperationKey(), Timeout = TimeSpan.FromSeconds(10) });
        Assert.Equal(("g:op", 2), (Grain.LastDeleteMany!.Key!.Value, Grain.LastDeleteMany.Key.Attempt));
        Assert.Equal(TimeSpan.FromSeconds(7), Grain.LastDeleteMany.Timeout);
    }

    [Fact]
    public async Task A_read_whose_first_attempt_hangs_is_answered_by_a_second()
    {
        Grain.Holds.Enqueue(Never);
        Assert.Null((await _client.GetAsync(Key, new GetMemory { Coordinate = Here, Timeout = default }, default)).Memory);
    }

    [Fact]
    public async Task Not_found_beside_a_silent_attempt_is_no_answer_but_a_condition_on_a_seq_that_fails_is()
    {
        Grain.Holds.Enqueue(Never);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => _client.WriteAsync(Key, Command(new PatchMemory { Coordinate = Here })));
        Grain.Holds.Enqueue(Never);
        var patch = new PatchMemory { Coordinate = Here, Condition = new Precondition { Seq = 5 } };
        Assert.Equal(404, (await _client.WriteAsync(Key, Command(patch))).Status);
        Assert.Equal(404, (await _client.WriteAsync(Key, Command(new PatchMemory { Coordinate = Here }))).Status);
    }

    private static WriteCommand Command(WriteOperation operation) => new()
    {
        Operations = [operation],
        Answer = AnswerKind.Delete,
        Key = OperationKey(),
        Timeout = TimeSpan.FromSeconds(10),
        Bytes = 1,
    };

    private static IdempotencyKey OperationKey() => new() { Value = "g:op", RequestHash = [1] };

    private sealed class LocalMemory : ILocalReads
    {
        public GetMemoryReply? Reply { get; set; }

        public GetMemoryReply? TryGet(NamespaceKey key, GetMemory query) => Reply;
    }
}
