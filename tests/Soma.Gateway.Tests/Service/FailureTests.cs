using Orleans.Runtime.Messaging;
using Soma.Gateway.Tests.Fakes;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Service;

public sealed class FailureTests : IAsyncLifetime
{
    private const string Body = """{"coord":"1","payload":{}}""";
    private readonly GatewayUnderTest _gateway = new();

    public Task InitializeAsync() => _gateway.InitializeAsync();

    public Task DisposeAsync() => _gateway.DisposeAsync();

    public static TheoryData<string, int, string?> Failures => new()
    {
        { nameof(OverloadedException), 503, null },
        { nameof(StoreUnavailableException), 503, null },
        { nameof(DeadlinePassedException), 504, "not_applied" },
        { nameof(OutcomeUnknownException), 504, "unknown" },
        { nameof(GatewayTooBusyException), 503, null },
        { nameof(LimitExceededException), 503, null },
        { nameof(InvalidOperationException), 500, null },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Failures_of_a_write_say_whether_to_try_again_and_what_was_applied(string failure, int status, string? outcome)
    {
        _gateway.DefaultNamespace.Failures.Enqueue(FailureNames.Make(failure));
        var response = await _gateway.SendAsync("POST", "/memories", Body);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 503 ? "1" : null, response.Header("Retry-After"));
        var problem = await response.JsonAsync();
        Assert.Equal(outcome, problem.TryGetProperty("outcome", out var said) ? said.GetString() : null);
        Assert.DoesNotContain("inside", problem.GetRawText());
        Assert.Single(_gateway.DefaultNamespace.Commands);
    }

    [Fact]
    public async Task A_search_that_is_refused_is_not_told_that_writes_are_waiting()
    {
        _gateway.DefaultNamespace.Failures.Enqueue(new OverloadedException("inside") { OfSearches = true });
        var response = await _gateway.SendAsync("POST", "/memories/search", """{"query":"tea"}""");
        Assert.Equal(503, (int)response.StatusCode);
        Assert.StartsWith("Too many searches are waiting", (await response.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_ours_is_logged_under_the_id_that_the_caller_gets()
    {
        _gateway.DefaultNamespace.Failures.Enqueue(new InvalidOperationException("inside"));
        var problem = await (await _gateway.SendAsync("POST", "/memories", Body)).JsonAsync();
        Assert.Equal("Internal Server Error", problem.GetProperty("detail").GetString());
        var id = problem.GetProperty("request_id").GetString()!;
        Assert.Contains(_gateway.Log.Entries, entry => entry.Event == "Request broke" && entry.Text.Contains(id) && entry.Text.Contains("inside"));
    }

    [Theory]
    [InlineData(nameof(SiloUnavailableException))]
    [InlineData(nameof(TimeoutException))]
    [InlineData(nameof(ReplacedException))]
    [InlineData(nameof(OrleansMessageRejectionException))]
    [InlineData(nameof(ConnectionFailedException))]
    [InlineData(nameof(ClientNotAvailableException))]
    [InlineData(nameof(ObjectDisposedException))]
    public async Task A_write_is_sent_again_under_the_same_key_after_its_silo_failed(string failure)
    {
        _gateway.DefaultNamespace.Failures.Enqueue(FailureNames.Make(failure));
        var response = await _gateway.SendAsync("POST", "/memories", Body);
        Assert.Equal(200, (int)response.StatusCode);
        var keys = _gateway.DefaultNamespace.Commands.Select(command => command.Key!).ToList();
        Assert.Equal([1, 2], keys.Select(key => key.Attempt));
        Assert.StartsWith("g:", keys[0].Value);
        Assert.Equal(keys[0].Value, keys[1].Value);
        Assert.True(_gateway.DefaultNamespace.Commands.Last().Timeout < _gateway.Options.RequestTimeout);
    }

    [Fact]
    public async Task An_answer_settles_what_an_attempt_without_answer_and_a_refusal_left_open()
    {
        _gateway.DefaultNamespace.Failures.Enqueue(new TimeoutException());
        _gateway.DefaultNamespace.Failures.Enqueue(new OverloadedException("full"));
        Assert.Equal(200, (int)(await _gateway.SendAsync("POST", "/memories", Body)).StatusCode);
        Assert.Equal([1, 2, 3], _gateway.DefaultNamespace.Commands.Select(command => command.Key!.Attempt));
    }

    [Fact]
    public async Task A_client_that_hangs_up_does_not_undo_its_write()
    {
        var hold = new TaskCompletionSource();
        _gateway.DefaultNamespace.Hold = hold.Task;
        using var hangUp = new CancellationTokenSource();
        var call = _gateway.Client.SendAsync(_gateway.Request("POST", "/memories", Body), hangUp.Token);
        await Until(() => !_gateway.DefaultNamespace.Commands.IsEmpty);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        _gateway.DefaultNamespace.Hold = null;
        hold.SetResult();
        await Until(() => _gateway.DefaultNamespace.GetAsync(new GetMemory { Coordinate = Coordinate.FromCanonical("1.0"), Timeout = default }).Result.Memory is not null);
    }

    [Fact]
    public async Task The_same_request_hashes_alike_and_any_difference_shows()
    {
        async Task<byte[]> HashAsync(HttpRequestMessage request)
        {
            await _gateway.SendAsync(request.With("Idempotency-Key", Guid.NewGuid().ToString()));
            return _gateway.DefaultNamespace.Commands.Last().Key!.RequestHash;
        }

        var first = await HashAsync(_gateway.Request("DELETE", "/memories/1"));
        Assert.Equal(first, await HashAsync(_gateway.Request("DELETE", "/memories/%201.0")));
        byte[][] others =
        [
            await HashAsync(_gateway.Request("DELETE", "/memories/2")),
            await HashAsync(_gateway.Request("DELETE", "/memories/1?purge=true")),
            await HashAsync(_gateway.Request("DELETE", "/memories/1").With("If-Match", "\"9\"")),
            await HashAsync(_gateway.Request("DELETE", "/memories/1").With("If-None-Match", "*")),
            await HashAsync(_gateway.Request("PATCH", "/memories/1", """{"importance":1}""")),
            await HashAsync(_gateway.Request("PATCH", "/memories/1", """{"importance":2}""")),
        ];
        Assert.Equal(7, others.Append(first).Select(Convert.ToHexString).Distinct().Count());
    }

    private static async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
