using System.Text.Json;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>SomaAgent01's <c>services/common/chat_service.py</c>: one episode a turn, recalled by agent and user.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class SomaAgentChatServiceTests : IDisposable
{
    private readonly HttpClient _http;

    public SomaAgentChatServiceTests(SharedSoma soma)
    {
        _http = soma.Host.NewClient();
        _http.DefaultRequestHeaders.Add("X-Soma-Tenant", SomaHost.NewNamespace("agent-tenant"));
    }

    [Fact]
    public async Task A_turn_that_was_stored_is_recalled_for_its_agent_and_user()
    {
        await StoreTurnAsync("0.123456,-0.654321,0.000001", "agent-1", "user-1", "The customer prefers invoices in euro");
        await StoreTurnAsync("0.223456,-0.654321,0.000001", "agent-2", "user-1", "Another agent heard of invoices in euro too");

        var answer = await _http.PostAnswerAsync(
            "/memories/search",
            """{"query": "invoices in euro", "top_k": 5, "memory_type": "episodic", "filters": {"agent_id": "agent-1", "user_id": "user-1"}}""");

        var memory = Assert.Single(answer.Ok()["memories"].EnumerateArray());
        var payload = memory.GetProperty("payload");
        Assert.Equal("The customer prefers invoices in euro", payload.GetProperty("content").GetString());
        Assert.Equal("2026-01-05T10:20:30.400000+00:00", payload.GetProperty("timestamp").GetString());
        Assert.Equal("0.123456,-0.654321,1e-06", string.Join(',', memory.GetProperty("coordinate").EnumerateArray().Select(number => number.GetRawText())));
        Assert.Equal("episodic", memory.GetProperty("memory_type").GetString());
        Assert.Equal(JsonValueKind.Number, memory.GetProperty("importance").ValueKind);
    }

    [Fact]
    public async Task Without_a_timestamp_of_its_own_a_memory_shows_when_it_was_created()
    {
        var stored = await _http.PostAnswerAsync("/memories", """{"coord": "1.000000,2.000000,3.000000", "payload": {"content": "undated"}, "memory_type": "episodic"}""");
        stored.Ok();

        var answer = await _http.PostAnswerAsync("/memories/search", """{"query": "undated", "top_k": 5, "memory_type": "episodic", "filters": {"content": "undated"}}""");

        Assert.True(answer.Ok()["memories"][0].GetProperty("created_at").TryGetDateTimeOffset(out _));
    }

    public void Dispose() => _http.Dispose();

    private async Task StoreTurnAsync(string coordinate, string agent, string user, string content)
    {
        var answer = await _http.PostAnswerAsync("/memories", $$"""
            {"coord": "{{coordinate}}", "payload": {"content": "{{content}}", "agent_id": "{{agent}}", "user_id": "{{user}}", "conversation_id": "c-1",
             "user_message": "how do they pay?", "assistant_response": "in euro", "timestamp": "2026-01-05T10:20:30.400000+00:00"}, "memory_type": "episodic"}
            """);
        answer.Ok();
    }
}
