using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Soma.Silo.Admin;

namespace Soma.Silo.Tests.Admin;

/// <summary>What is behind the operator token, over HTTP.</summary>
public sealed class OperatorAccessTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSiloAdmin("right", null);
        builder.Services.AddSingleton<TimeProvider>(_clock);
        _app = builder.Build();
        _app.UseAuthentication();
        _app.UseAuthorization();
        var policy = new AuthorizationPolicyBuilder(OperatorAccess.SchemeName).RequireAuthenticatedUser().Build();
        _app.MapGet("/", () => "in").RequireAuthorization(policy);
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    [Fact]
    public async Task The_operator_token_is_taken_as_bearer_and_as_password()
    {
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("right")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("any:right"))))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task After_ten_wrong_tokens_nobody_at_that_address_may_guess_on_for_a_minute()
    {
        for (var attempt = 0; attempt < FailedAttempts.Most; attempt++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync($"guess-{attempt}")).StatusCode);
        }

        var refused = await AskAsync("right");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(1), refused.Headers.RetryAfter?.Delta);

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("right")).StatusCode);
    }

    [Fact]
    public async Task Right_tokens_and_requests_without_one_are_never_counted()
    {
        for (var attempt = 0; attempt < 3 * FailedAttempts.Most; attempt++)
        {
            Assert.Equal(HttpStatusCode.OK, (await AskAsync("right")).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await _client.GetAsync("/")).StatusCode);
        }
    }

    [Fact]
    public void Addresses_are_counted_apart_and_those_of_one_IPv6_network_together()
    {
        var failures = new FailedAttempts(_clock);
        for (var attempt = 0; attempt < FailedAttempts.Most; attempt++)
        {
            failures.Add(IPAddress.Parse($"2001:db8:1:2::{attempt}"));
        }

        Assert.NotNull(failures.WaitOf(IPAddress.Parse("2001:db8:1:2:ffff::1")));
        Assert.Null(failures.WaitOf(IPAddress.Parse("2001:db8:1:3::1")));
        Assert.Null(failures.WaitOf(IPAddress.Loopback));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private Task<HttpResponseMessage> AskAsync(string token) => AskAsync(new AuthenticationHeaderValue("Bearer", token));

    private async Task<HttpResponseMessage> AskAsync(AuthenticationHeaderValue authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Authorization = authorization } };
        return await _client.SendAsync(request);
    }
}
