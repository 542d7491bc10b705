using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Prometheus;
using Soma.Gateway.Security;
using Soma.Gateway.Sending;
using Soma.Gateway.Tests.Fakes;
using Soma.Grains.Interfaces;
using Soma.Testing;

namespace Soma.Gateway.Tests.Keys;

/// <summary>How long a gateway goes by what it was told about a key.</summary>
public sealed class AccessKeyCheckTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly FakeGrainFactory _grains = new();
    private readonly AccessKeyClient _client;
    private readonly AccessKeyCheck _check;

    public AccessKeyCheckTests()
    {
        var options = new GatewayOptions { ApiToken = "t" };
        var backoff = new Backoff(new Random(1));
        var namespaces = new NamespaceClient(
            _grains, options, new RetryBudget(options, _clock), backoff, new GatewayInstruments(Metrics.NewCustomRegistry()), _clock);
        _client = new AccessKeyClient(_grains, namespaces, backoff, _clock);
        _check = new AccessKeyCheck(_client, _clock, NullLogger<AccessKeyCheck>.Instance);
    }

    [Fact]
    public async Task A_decision_is_used_again_without_a_question()
    {
        var token = await MakeAsync();
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal("agent", (await AskAsync(token)).Caller?.Key?.Name);
        }

        Assert.Equal(1, _grains.Keys.Questions);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_when_the_five_seconds_since_the_question_are_over()
    {
        var token = await MakeAsync();
        await AskAsync(token);
        await _client.RevokeAsync(token.Id);

        _clock.Advance((AccessKeyCheck.KeptTime / 2) - Moment);
        Assert.NotNull((await AskAsync(token)).Caller);
        _clock.Advance((AccessKeyCheck.KeptTime / 2) + Moment);

        Assert.Equal("Invalid token", (await AskAsync(token)).Refusal?.Detail);
    }

    [Fact]
    public async Task The_five_seconds_count_from_before_the_question_was_sent_however_late_its_answer_comes()
    {
        var token = await MakeAsync();
        var answer = new TaskCompletionSource();
        _grains.Keys.Hold = answer.Task;
        var first = AskAsync(token);
        await Eventually.TrueAsync(() => _grains.Keys.Questions == 1);
        await _client.RevokeAsync(token.Id);
        // Less than the time after which the gateway asks once more.
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        answer.SetResult();
        Assert.NotNull((await first).Caller);
        _grains.Keys.Hold = null;

        _clock.Advance(AccessKeyCheck.KeptTime - TimeSpan.FromMilliseconds(500));

        Assert.NotNull((await AskAsync(token)).Refusal);
    }

    [Fact]
    public async Task A_key_in_use_is_asked_about_again_before_its_time_is_over_and_no_request_waits()
    {
        var token = await MakeAsync();
        await AskAsync(token);
        _clock.Advance(AccessKeyCheck.KeptTime / 2);

        var answer = new TaskCompletionSource();
        _grains.Keys.Hold = answer.Task;
        Assert.True(AskAsync(token).IsCompletedSuccessfully);
        Assert.True(AskAsync(token).IsCompletedSuccessfully);
        Assert.Equal(2, _grains.Keys.Questions);
        answer.SetResult();
        await Eventually.TrueAsync(() => _check.Count == 1);

        _clock.Advance(AccessKeyCheck.KeptTime / 2);
        Assert.True(AskAsync(token).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task While_the_silos_fail_the_last_decision_holds_until_its_time_is_over_and_then_the_answer_is_503()
    {
        var token = await MakeAsync();
        await AskAsync(token);
        _grains.Keys.Failure = () => new StoreUnavailableException("away");

        _clock.Advance(AccessKeyCheck.KeptTime - Moment);
        Assert.NotNull((await AskAsync(token)).Caller);
        _clock.Advance(Moment);

        var refusal = (await AskAsync(token)).Refusal!;
        Assert.Equal((503, 1), (refusal.Status, refusal.RetryAfterSeconds));
        _grains.Keys.Failure = null;
        Assert.NotNull((await AskAsync(token)).Caller);
    }

    [Fact]
    public async Task A_key_stops_at_its_expiry_although_the_decision_is_young()
    {
        var token = await MakeAsync(key => key with { ExpiresAt = Instant.From(_clock.GetUtcNow().AddSeconds(1)) });
        Assert.NotNull((await AskAsync(token)).Caller);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await _client.RevokeAsync(token.Id);

        Assert.Equal(403, (await AskAsync(token)).Refusal?.Status);
    }

    [Fact]
    public async Task A_wall_clock_that_ran_on_while_the_machine_was_paused_ends_the_decision()
    {
        var token = await MakeAsync();
        var paused = new PausedClock(_clock);
        var check = new AccessKeyCheck(_client, paused, NullLogger<AccessKeyCheck>.Instance);
        await check.IdentifyAsync(token, CancellationToken.None);
        await _client.RevokeAsync(token.Id);

        paused.Slept = AccessKeyCheck.KeptTime;

        Assert.Equal(403, (await check.IdentifyAsync(token, CancellationToken.None)).Refusal?.Status);
    }

    [Fact]
    public async Task Requests_that_wait_for_the_same_key_share_one_question()
    {
        var token = await MakeAsync();
        var answer = new TaskCompletionSource();
        _grains.Keys.Hold = answer.Task;
        var waiting = Enumerable.Range(0, 50).Select(_ => AskAsync(token)).ToArray();
        await Eventually.TrueAsync(() => _grains.Keys.Questions > 0);
        answer.SetResult();

        Assert.All(await Task.WhenAll(waiting), identity => Assert.NotNull(identity.Caller));
        Assert.Equal(1, _grains.Keys.Questions);
    }

    [Fact]
    public async Task A_flood_of_unknown_keys_leaves_a_bounded_number_of_decisions_and_does_not_push_out_those_for_real_keys()
    {
        var token = await MakeAsync();
        await AskAsync(token);
        for (var i = 0; i < 20_000; i++)
        {
            Assert.Equal(Identity.UnknownKey, await AskAsync(AccessKeyToken.Create(null, out _)));
        }

        Assert.InRange(_check.Count, 1, 1_001);
        var questions = _grains.Keys.Questions;
        Assert.NotNull((await AskAsync(token)).Caller);
        Assert.Equal(questions, _grains.Keys.Questions);
    }

    [Fact]
    public async Task Many_keys_in_use_are_kept_in_a_bounded_number_of_decisions()
    {
        for (var i = 0; i < 10_500; i++)
        {
            await AskAsync(await MakeAsync());
        }

        Assert.InRange(_check.Count, 1, 10_000);
    }

    private Task<Identity> AskAsync(AccessKeyToken token) => _check.IdentifyAsync(token, CancellationToken.None).AsTask();

    private async Task<AccessKeyToken> MakeAsync(Func<AccessKey, AccessKey>? change = null)
    {
        var key = new AccessKey { Name = "agent", Tenant = "default", Namespaces = ["*"], Scopes = Scopes.Read };
        var (text, _) = await _client.CreateAsync((change ?? (one => one))(key));
        Assert.True(AccessKeyToken.TryRead(text, out var token));
        return token;
    }

    /// <summary>A machine that slept: its wall clock went on, and its monotonic clock did not.</summary>
    private sealed class PausedClock(FakeTimeProvider clock) : TimeProvider
    {
        public TimeSpan Slept { get; set; }

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + Slept;

        public override long GetTimestamp() => clock.GetTimestamp();
    }
}
