using System.Diagnostics;
using Soma.Client;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Libraries.DotNet;

/// <summary>The .NET client behind a proxy that breaks connections, and across a restart of the service.</summary>
[Collection(ProcessTests.Name)]
public sealed class FaultTests(LibraryService service) : IClassFixture<LibraryService>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private FaultyProxy _proxy = null!;

    public async Task InitializeAsync() => _proxy = await FaultyProxy.StartAsync(service.Url);

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    [Fact]
    public async Task A_retry_after_a_lost_answer_applies_the_write_once_under_one_key()
    {
        using var soma = NewBehindProxy();
        Spoil(Fault.Cut, Fault.Cut);
        Assert.Equal((1, 1), ((await soma.StoreAsync("once")).Seq, await soma.ListAsync().CountAsync()));
        var keys = _proxy.Seen.Where(one => one.Method == "POST").Select(one => one.Headers["idempotency-key"]).ToList();
        Assert.Equal(3, keys.Count);
        Assert.Single(keys.Distinct());
    }

    [Fact]
    public async Task A_service_that_is_busy_is_asked_again()
    {
        using var soma = NewBehindProxy();
        Spoil(new Fault(503, "0"), new Fault(502), new Fault(429, "0"), new Fault(504));
        await soma.StoreAsync("after all");
        Assert.Equal(5, _proxy.Seen.Count);
    }

    [Fact]
    public async Task A_wait_that_is_longer_than_the_deadline_is_not_begun()
    {
        using var soma = NewBehindProxy();
        Spoil(new Fault(429, "3600"));
        var failure = await Assert.ThrowsAsync<SomaRateLimitedException>(() => soma.StoreAsync("x"));
        Assert.Equal((TimeSpan.FromHours(1), Outcome.NotApplied), (failure.RetryAfter, failure.Outcome));
        Assert.Single(_proxy.Seen);
    }

    [Fact]
    public async Task What_is_refused_is_not_sent_again()
    {
        using var soma = NewBehindProxy();
        Spoil(new Fault(500));
        Assert.Equal(Outcome.Unknown, (await Assert.ThrowsAsync<SomaServerException>(() => soma.StoreAsync("x"))).Outcome);
        Assert.Single(_proxy.Seen);
    }

    [Fact]
    public async Task A_write_whose_answer_never_came_says_that_its_outcome_is_unknown_and_its_key_tells()
    {
        using var soma = NewBehindProxy(options => options.Retries = 0);
        Spoil(Fault.Cut);
        var memory = new StoreMemory { Id = "a", Payload = [] };
        var failure = await Assert.ThrowsAsync<SomaConnectionLostException>(() => soma.StoreAsync(memory));
        Assert.Equal(Outcome.Unknown, failure.Outcome);
        Assert.Equal(1, (await soma.StoreAsync(memory, new ConditionalOptions { IdempotencyKey = failure.IdempotencyKey })).Version);
    }

    [Fact]
    public async Task A_refusal_by_a_proxy_after_a_lost_answer_is_still_unknown_and_one_by_the_service_is_not()
    {
        using var soma = NewBehindProxy(options => options.Retries = 1);
        Spoil(Fault.Cut, new Fault(503));
        Assert.Equal(Outcome.Unknown, (await Assert.ThrowsAsync<SomaUnavailableException>(() => soma.StoreAsync("x"))).Outcome);
        Spoil(new Fault(504));
        var refused = await Assert.ThrowsAsync<SomaPreconditionFailedException>(
            () => soma.StoreAsync("x", new ConditionalOptions { MustExist = true }));
        Assert.Equal(Outcome.NotApplied, refused.Outcome);
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_has_applied_nothing()
    {
        using var soma = service.NewClient(options => (options.Url, options.Retries) = (new Uri($"http://127.0.0.1:{FreePorts.Next()}"), 1));
        Assert.Equal(Outcome.NotApplied, (await Assert.ThrowsAsync<SomaUnavailableException>(() => soma.StoreAsync("x"))).Outcome);
    }

    [Fact]
    public async Task A_deadline_ends_a_call_that_hangs()
    {
        using var soma = NewBehindProxy();
        Spoil(Fault.Hang, Fault.Hang);
        var late = new ConditionalOptions { Timeout = TimeSpan.FromSeconds(1) };
        Assert.Equal(Outcome.Unknown, (await Assert.ThrowsAsync<SomaDeadlinePassedException>(() => soma.StoreAsync("x", late))).Outcome);
        var read = new ReadOptions { Timeout = TimeSpan.FromSeconds(1) };
        Assert.Equal(Outcome.NotApplied, (await Assert.ThrowsAsync<SomaDeadlinePassedException>(() => soma.GetAsync("@x", options: read))).Outcome);
    }

    [Fact]
    public async Task A_cancellation_ends_a_call_that_hangs_and_the_wait_between_two_attempts()
    {
        using var soma = NewBehindProxy();
        foreach (var fault in new[] { Fault.Hang, new Fault(503, "30") })
        {
            _proxy.Seen.Clear();
            Spoil(fault);
            using var enough = new CancellationTokenSource();
            var call = soma.StoreAsync("x", cancellationToken: enough.Token);
            await Eventually.TrueAsync(() => !_proxy.Seen.IsEmpty, Patience);
            await enough.CancelAsync();
            var ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            Assert.Equal(enough.Token, ended.CancellationToken);
        }
    }

    [Fact]
    public async Task The_trace_of_the_moment_own_headers_and_an_asked_token_go_with_every_attempt()
    {
        var asked = 0;
        using var soma = NewBehindProxy(options =>
        {
            options.Token = null;
            options.TokenSource = _ => ValueTask.FromResult<string?>(asked++ < 2 ? SomaProcess.Token : "");
            options.Headers["x-team"] = "blue";
        });
        using var activity = new Activity("a turn of an agent").Start();
        Spoil(new Fault(503));
        await soma.StoreAsync("x", new ConditionalOptions { Headers = new Dictionary<string, string> { ["x-request-id"] = "mine" } });
        Assert.Equal(2, _proxy.Seen.Count);
        Assert.All(_proxy.Seen, one => Assert.Contains(activity.TraceId.ToString(), one.Headers["traceparent"], StringComparison.Ordinal));
        Assert.All(_proxy.Seen, one => Assert.Equal(("blue", "mine"), (one.Headers["x-team"], one.Headers["x-request-id"])));
    }

    [Fact]
    public async Task A_key_whose_answer_was_lost_is_not_made_a_second_time()
    {
        using var soma = NewBehindProxy();
        Spoil(Fault.Cut);
        var lost = await Assert.ThrowsAsync<SomaConnectionLostException>(
            () => soma.Keys.MakeAsync(new MakeKey { Name = "lost", Namespaces = ["*"], Scopes = [Scope.Read] }));
        Assert.Equal((Outcome.Unknown, null), (lost.Outcome, lost.IdempotencyKey));
        Assert.Single(_proxy.Seen);
    }

    [Fact]
    public async Task A_stream_of_changes_goes_on_after_a_cut_without_a_gap_and_without_a_repetition()
    {
        using var soma = NewBehindProxy();
        using var deadline = new CancellationTokenSource(Patience);
        await soma.BatchAsync([new StoreMemory { Id = "a", Payload = [] }, new StoreMemory { Id = "b", Payload = [] }]);
        List<string> seen = [];
        await foreach (var change in soma.Changes().WithCancellation(deadline.Token))
        {
            seen.Add(change.Coord);
            if (seen.Count == 2)
            {
                _proxy.CutOpen();
                await soma.BatchAsync([new StoreMemory { Id = "c", Payload = [] }, new StoreMemory { Id = "d", Payload = [] }]);
            }

            if (seen.Count == 4)
            {
                break;
            }
        }

        Assert.Equal(["@a", "@b", "@c", "@d"], seen);
        Assert.Equal(["0", "2"], _proxy.Seen.Where(one => one.Path == "/changes").Select(one => one.Headers["last-event-id"]));
    }

    [Fact]
    public async Task A_silent_stream_is_opened_again()
    {
        using var soma = NewBehindProxy();
        using var deadline = new CancellationTokenSource(Patience);
        await soma.StoreAsync(new StoreMemory { Id = "a", Payload = [] });
        await using var changes = soma.Changes(options: new FollowOptions { Silence = TimeSpan.FromSeconds(1) }).GetAsyncEnumerator(deadline.Token);
        Assert.True(await changes.MoveNextAsync());
        var next = changes.MoveNextAsync();
        await Eventually.TrueAsync(() => _proxy.Seen.Count(one => one.Path == "/changes") >= 2, Patience);
        await soma.StoreAsync(new StoreMemory { Id = "b", Payload = [] });
        Assert.True(await next);
        Assert.Equal("@b", changes.Current.Coord);
    }

    [Fact]
    public async Task A_feed_and_a_writer_go_on_over_a_restart_of_the_service()
    {
        using var folder = new TestFolder();
        await using var own = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = folder.Location });
        await own.StartAsync();
        using var soma = service.NewClient(options => (options.Url, options.Retries, options.Timeout) = (own.Client.BaseAddress, 100, Patience));
        using var deadline = new CancellationTokenSource(Patience);
        await soma.StoreAsync(new StoreMemory { Id = "0", Payload = [] });
        List<string> seen = [];
        Task? writer = null;
        await foreach (var change in soma.Changes().WithCancellation(deadline.Token))
        {
            seen.Add(change.Coord);
            writer ??= RestartAndWriteAsync();
            if (seen.Count == 11)
            {
                break;
            }
        }

        await writer!;
        Assert.Equal(Enumerable.Range(0, 11).Select(i => $"@{i}"), seen);

        async Task RestartAndWriteAsync()
        {
            await own.KillAsync();
            var write = Task.Run(
                async () =>
                {
                    for (var i = 1; i <= 10; i++)
                    {
                        await soma.StoreAsync(new StoreMemory { Id = $"{i}", Payload = [] }, new ConditionalOptions { MustNotExist = true });
                    }
                });
            await own.StartAsync();
            await write;
        }
    }

    private SomaClient NewBehindProxy(Action<SomaClientOptions>? change = null) => service.NewClient(options =>
    {
        options.Url = _proxy.Url;
        change?.Invoke(options);
    });

    private void Spoil(params Fault[] faults)
    {
        foreach (var fault in faults)
        {
            _proxy.Faults.Enqueue(fault);
        }
    }
}
