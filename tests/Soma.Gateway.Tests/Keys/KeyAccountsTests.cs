using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Soma.Gateway.Security;
using Soma.Gateway.Tests.Service;

namespace Soma.Gateway.Tests.Keys;

/// <summary>Who did it: audit lines and the usage of keys.</summary>
public sealed class KeyAccountsTests : IAsyncLifetime
{
    private readonly GatewayUnderTest _gateway = new();

    public Task InitializeAsync() => _gateway.InitializeAsync();

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task What_was_done_to_keys_and_namespaces_is_audited_with_who_did_it_and_without_secrets()
    {
        var (id, token) = await MakeAsync();
        await _gateway.SendAsync("POST", $"/keys/{id}/rotate", """{"overlap_seconds":60}""");
        await _gateway.SendAsync(_gateway.Request("PUT", "/namespaces/notes", """{"embedder":"fast"}""").With("X-Request-ID", "asked-1"));
        await _gateway.SendAsync("DELETE", $"/keys/{id}");
        await _gateway.SendAsync("POST", "/memories", """{"id":"a","payload":{"text":"canary"}}""");
        await _gateway.SendAsync("DELETE", "/namespaces/default?confirm=default");

        var lines = Audit();
        Assert.Collection(
            lines,
            line => Assert.StartsWith($"key_made by root: tenant default, namespace , key {id}, name agent; request ", line),
            line => Assert.StartsWith($"key_rotated by root: tenant default, namespace , key {id}, name agent; request ", line),
            line => Assert.StartsWith("settings_changed by root: tenant default, namespace notes, key , ; request asked-1 from ", line),
            line => Assert.StartsWith($"key_revoked by root: tenant default, namespace , key {id}, name agent; request ", line),
            line => Assert.StartsWith("namespace_deleted by root: tenant default, namespace default, key , ; request ", line));
        var log = string.Join('\n', _gateway.Log.Entries.Select(entry => entry.Text));
        Assert.DoesNotContain(token.Split('_', 3)[2], log);
        Assert.DoesNotContain("canary", log);
    }

    [Fact]
    public async Task A_refusal_is_audited_by_its_route_and_never_by_its_path()
    {
        var (id, token) = await MakeAsync();
        await _gateway.SendAsync(_gateway.Request("GET", "/keys").With("Authorization", $"Bearer {token}"));
        await _gateway.SendAsync(_gateway.Request("GET", "/memories/@secret").With("Authorization", "Bearer wrong"));
        await _gateway.SendAsync(_gateway.Request("GET", "/memories/@secret").With("Authorization", null));

        Assert.Collection(
            Audit().Where(line => line.StartsWith("access_refused", StringComparison.Ordinal)),
            line => Assert.StartsWith($"access_refused by agent ({id}): tenant default, namespace , key {id}, 403 GET /keys; request ", line),
            line => Assert.StartsWith("access_refused by nobody: tenant , namespace , key , 403 GET /memories/{coord}; request ", line),
            line => Assert.StartsWith("access_refused by nobody: tenant , namespace , key , 401 GET /memories/{coord}; request ", line));
        Assert.Contains("soma_gateway_access_refused_total 3", await _gateway.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public void A_flood_of_refusals_writes_ten_lines_a_second_and_counts_the_rest()
    {
        var clock = new FakeTimeProvider();
        var log = new RecordingLogger();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var audit = new AuditLog(loggers, clock);
        var context = new DefaultHttpContext();
        for (var i = 0; i < 300; i++)
        {
            audit.OnRefused(context, "/memories");
        }

        Assert.Equal(10, log.Entries.Count);
        clock.Advance(TimeSpan.FromSeconds(1));
        audit.OnRefused(context, "/memories");

        Assert.Contains("; 290 more refusals before it were not logged; request ", log.Entries.Last().Text);
    }

    [Fact]
    public async Task The_use_of_a_key_is_counted_and_shown_in_the_list()
    {
        var (id, token) = await MakeAsync();
        HttpRequestMessage As(string method, string path, string? json = null) => _gateway.Request(method, path, json).With("Authorization", $"Bearer {token}");
        await _gateway.SendAsync(As("POST", "/memories", """{"id":"a","payload":{"a":1},"text":"text"}"""));
        await _gateway.SendAsync(As("POST", "/memories/batch", """{"items":[{"id":"b","payload":{"b":1}},{"id":"c","payload":{"c":1}}]}"""));
        await _gateway.SendAsync(As("GET", "/memories/@a"));
        await _gateway.SendAsync(As("GET", "/keys"));

        await _gateway.Services.GetRequiredService<KeyUsageCounts>().FlushAsync();

        var usage = await UsageAsync(id);
        Assert.Equal((3, 3, 25), (usage.GetProperty("requests").GetInt64(), usage.GetProperty("memories").GetInt64(), usage.GetProperty("bytes").GetInt64()));
        Assert.NotNull(usage.GetProperty("last_used_at").GetString());
        Assert.Contains("soma_gateway_callers_total{caller=\"key\"} 3", await _gateway.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task What_could_not_be_stored_is_added_with_the_next_counts()
    {
        var (id, token) = await MakeAsync();
        var usage = _gateway.Services.GetRequiredService<KeyUsageCounts>();
        await _gateway.SendAsync(_gateway.Request("GET", "/whoami").With("Authorization", $"Bearer {token}"));
        _gateway.Grains.Keys.Failure = () => new TimeoutException();
        await usage.FlushAsync();
        Assert.Equal(0, (await UsageAsync(id)).GetProperty("requests").GetInt64());
        _gateway.Grains.Keys.Failure = null;
        await _gateway.SendAsync(_gateway.Request("GET", "/whoami").With("Authorization", $"Bearer {token}"));

        await usage.FlushAsync();

        Assert.Equal(2, (await UsageAsync(id)).GetProperty("requests").GetInt64());
    }

    private List<string> Audit() => [.. _gateway.Log.Entries.Where(entry => entry.Event == "Audit").Select(entry => entry.Text)];

    private async Task<JsonElement> UsageAsync(string id)
    {
        var list = await (await _gateway.SendAsync("GET", "/keys")).JsonAsync();
        return list.GetProperty("keys").EnumerateArray().Single(key => key.GetProperty("id").GetString() == id).GetProperty("usage");
    }

    private async Task<(string Id, string Token)> MakeAsync()
    {
        var made = await (await _gateway.SendAsync("POST", "/keys", """{"name":"agent","namespaces":["*"],"scopes":["read","write"]}""")).JsonAsync();
        return (made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
    }
}
