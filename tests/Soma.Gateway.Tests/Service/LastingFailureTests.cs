using Orleans.Runtime.Messaging;
using Soma.Gateway.Tests.Fakes;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Service;

/// <summary>Silos that fail until the time of a request is over, which is short here.</summary>
public sealed class LastingFailureTests : IAsyncLifetime
{
    private const string Body = """{"coord":"1","payload":{}}""";
    private readonly GatewayUnderTest _gateway = new(options => options with { RequestTimeout = TimeSpan.FromMilliseconds(400) });

    public Task InitializeAsync() => _gateway.InitializeAsync();

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_write_whose_silo_never_comes_back_is_unknown_not_unapplied()
    {
        FailForEver(nameof(SiloUnavailableException));
        var response = await _gateway.SendAsync("POST", "/memories", Body);
        Assert.Equal(504, (int)response.StatusCode);
        Assert.Equal("unknown", (await response.JsonAsync()).GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData(nameof(OrleansMessageRejectionException))]
    [InlineData(nameof(ConnectionFailedException))]
    [InlineData(nameof(ClientNotAvailableException))]
    [InlineData(nameof(ReplacedException))]
    public async Task A_write_that_no_silo_ever_ran_is_503_and_may_simply_be_tried_again(string failure)
    {
        FailForEver(failure);
        var response = await _gateway.SendAsync("POST", "/memories", Body);
        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal("1", response.Header("Retry-After"));
        Assert.DoesNotContain("inside", (await response.JsonAsync()).GetRawText());
    }

    [Fact]
    public async Task After_an_attempt_without_answer_a_later_refusal_does_not_make_the_write_unapplied()
    {
        _gateway.DefaultNamespace.Failures.Enqueue(new TimeoutException());
        FailForEver(nameof(OverloadedException));
        var response = await _gateway.SendAsync("POST", "/memories", Body);
        Assert.Equal(504, (int)response.StatusCode);
        Assert.Equal("unknown", (await response.JsonAsync()).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_read_that_no_silo_takes_is_503_and_one_that_none_answers_504()
    {
        FailForEver(nameof(SiloUnavailableException));
        Assert.Equal(503, (int)(await _gateway.SendAsync("GET", "/memories/1")).StatusCode);
        _gateway.DefaultNamespace.Failures.Clear();
        _gateway.DefaultNamespace.Hold = new TaskCompletionSource().Task;
        Assert.Equal(504, (int)(await _gateway.SendAsync("GET", "/memories/1")).StatusCode);
    }

    private void FailForEver(string failure)
    {
        for (var i = 0; i < 100; i++)
        {
            _gateway.DefaultNamespace.Failures.Enqueue(FailureNames.Make(failure));
        }
    }
}
