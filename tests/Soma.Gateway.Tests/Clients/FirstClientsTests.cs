using System.Text.Json;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>The clients of October 2025, which read a memory's payload beside the server's own keys, and the documents' quick start.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class FirstClientsTests(SharedSoma soma) : IDisposable
{
    private const string Launch = """{"coord": "42.0,17.0", "payload": {"title": "Launch checklist signed", "importance": 0.9, "topic": "product"}, "memory_type": "episodic"}""";

    private readonly HttpClient _http = soma.Host.NewClient(SomaHost.NewNamespace("first"));

    [Fact]
    public async Task A_flat_memory_shows_payload_and_envelope_side_by_side()
    {
        (await _http.PostAnswerAsync("/memories", Launch)).Ok();

        var memory = (await _http.GetAnswerAsync("/memories/42.0,17.0?flat=true")).Ok()["memory"];

        Assert.Equal("Launch checklist signed", memory.GetProperty("title").GetString());
        Assert.Equal("product", memory.GetProperty("topic").GetString());
        Assert.Equal("episodic", memory.GetProperty("memory_type").GetString());
        Assert.Equal("[42.0,17.0]", memory.GetProperty("coordinate").GetRawText());
        Assert.Equal(JsonValueKind.Number, memory.GetProperty("timestamp").ValueKind);
        Assert.InRange(memory.GetProperty("importance_norm").GetDouble(), 0.0, 1.0);
        Assert.True(memory.GetProperty("access_count").GetInt64() >= 0);
    }

    [Fact]
    public async Task The_quick_start_searches_with_GET()
    {
        (await _http.PostAnswerAsync("/memories", Launch)).Ok();

        var found = await _http.GetAnswerAsync("/memories/search?query=launch%20checklist&top_k=3&filters=%7B%22topic%22%3A%22product%22%7D");

        Assert.Equal("Launch checklist signed", Assert.Single(found.Ok()["memories"].EnumerateArray()).GetProperty("payload").GetProperty("title").GetString());
    }

    [Fact]
    public async Task The_root_and_ping_say_what_they_always_said()
    {
        using var anonymous = soma.Host.NewAnonymousClient();

        Assert.Equal("/metrics", (await anonymous.GetAnswerAsync("/")).Ok()["metrics"].GetString());
        Assert.Equal("""{"ping":"pong"}""", (await anonymous.GetAnswerAsync("/ping")).Ok().Text);
    }

    [Fact]
    public async Task Delete_answers_the_coordinate_and_that_it_is_deleted()
    {
        (await _http.PostAnswerAsync("/memories", Launch)).Ok();

        var deleted = await _http.DeleteAnswerAsync("/memories/42.0,17.0");

        Assert.Equal("42.0,17.0", deleted.Ok()["coord"].GetString());
        Assert.True(deleted["deleted"].GetBoolean());
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("1,nan")]
    [InlineData("1e400,2")]
    public async Task A_malformed_coordinate_is_400_and_says_so(string coordinate)
    {
        var answer = await _http.PostAnswerAsync("/memories", $$"""{"coord": "{{coordinate}}", "payload": {} }""");

        Assert.Equal(400, answer.Status);
        Assert.Contains("Invalid coord", answer["detail"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_and_recall_are_counted_under_the_names_that_dashboards_know()
    {
        (await _http.PostAnswerAsync("/memories", Launch)).Ok();
        (await _http.PostAnswerAsync("/memories/search", """{"query": "launch"}""")).Ok();

        using var anonymous = soma.Host.NewAnonymousClient();
        var metrics = (await anonymous.GetAnswerAsync("/metrics")).Ok().Text;

        foreach (var name in new[]
        {
            "api_requests_total", "api_request_latency_seconds", "api_responses_total", "http_404_requests_total", "soma_memory_store_total",
            "soma_memory_store_latency_seconds", "soma_memory_recall_total", "soma_memory_recall_latency_seconds",
        })
        {
            Assert.Contains(name, metrics, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("42.0,17.0", metrics, StringComparison.Ordinal);
    }

    public void Dispose() => _http.Dispose();
}
