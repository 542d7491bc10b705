using System.Net.Http.Headers;
using Soma.Gateway.Tests.Service;

namespace Soma.Gateway.Tests.Security;

/// <summary>Whatever a client sends, it cannot write a line of the log, and what the log may not hold is not in it.</summary>
public sealed class LogInjectionTests : IAsyncLifetime
{
    private const string Marker = "marker7741";

    private readonly GatewayUnderTest _gateway = new();

    public Task InitializeAsync() => _gateway.InitializeAsync();

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("X-Request-ID", "\u001b[31m" + Marker)]
    [InlineData("X-Request-ID", Marker + " {\"LogLevel\":\"Error\"}")]
    [InlineData("User-Agent", Marker + "\u001b[2J")]
    [InlineData("User-Agent", Marker + "%0d%0a{\"a\":1}")]
    [InlineData("X-Soma-Namespace", Marker + "\"}")]
    [InlineData("X-Soma-Tenant", Marker + "%9b")]
    [InlineData("Idempotency-Key", Marker)]
    [InlineData("If-Match", Marker)]
    [InlineData("traceparent", Marker)]
    [InlineData("X-API-Key", Marker)]
    [InlineData("X-Forwarded-For", Marker)]
    public async Task A_header_does_not_reach_the_log(string header, string value)
    {
        using var answer = await _gateway.SendAsync(_gateway.Request("POST", "/memories", """{"payload":{}}""").With(header, value));
        Assert.InRange((int)answer.StatusCode, 200, 499);
        AssertClean();
    }

    [Theory]
    [InlineData("/memories/@" + Marker)]
    [InlineData("/memories/@" + Marker + "%0d%0aEVIL")]
    [InlineData("/memories/@" + Marker + "%1b%5b2J")]
    [InlineData("/" + Marker)]
    [InlineData("/memories?cursor=" + Marker)]
    [InlineData("/memories/search?query=" + Marker + "%0a")]
    public async Task A_path_or_query_does_not_reach_the_log(string path)
    {
        using var answer = await _gateway.SendAsync("GET", path);
        Assert.InRange((int)answer.StatusCode, 200, 499);
        AssertClean();
    }

    [Fact]
    public async Task A_failure_is_logged_without_what_the_client_sent()
    {
        _gateway.DefaultNamespace.Failures.Enqueue(new InvalidOperationException("of the service"));
        using var answer = await _gateway.SendAsync("POST", "/memories", $$$"""{"id":"{{{Marker}}}","payload":{"text":"{{{Marker}}}\r\n"}}""".Replace("\r\n", "\\r\\n", StringComparison.Ordinal));
        Assert.Equal(500, (int)answer.StatusCode);
        AssertClean();
    }

    [Fact]
    public async Task A_method_of_the_clients_own_is_counted_as_other()
    {
        using var request = _gateway.Request(Marker, "/memories");
        using var answer = await _gateway.Client.SendAsync(request);
        Assert.Equal(405, (int)answer.StatusCode);
        Assert.DoesNotContain(Marker, await _gateway.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task A_token_does_not_reach_the_log()
    {
        using var request = _gateway.Request("GET", "/memories");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Marker);
        using var answer = await _gateway.Client.SendAsync(request);
        Assert.Equal(403, (int)answer.StatusCode);
        AssertClean();
    }

    private void AssertClean() => Assert.All(_gateway.Log.Entries, entry =>
    {
        Assert.DoesNotContain(Marker, entry.Text, StringComparison.OrdinalIgnoreCase);
        Assert.False(entry.Text.Any(c => char.IsControl(c) && c is not ('\r' or '\n' or '\t')), entry.Text);
    });
}
