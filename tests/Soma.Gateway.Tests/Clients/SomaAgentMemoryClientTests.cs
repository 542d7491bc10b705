using System.Text.Json;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>SomaAgent01's <c>core/memory_client.py</c>, which speaks to <c>/api/v1</c>.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class SomaAgentMemoryClientTests(SharedSoma soma)
{
    [Fact]
    public async Task Under_the_prefix_a_memory_is_stored_and_found()
    {
        using var http = soma.Host.NewClient(SomaHost.NewNamespace("prefixed"));
        var stored = await http.PostAnswerAsync(
            "/api/v1/memories", """{"coord": "0.1,0.2,0.3", "payload": {"content": "the spare key hangs in the shed", "importance": 0.8}, "memory_type": "semantic"}""");
        Assert.Equal("0.1,0.2,0.3", stored.Ok()["coord"].GetString());

        var found = await http.PostAnswerAsync("/api/v1/memories/search", """{"query": "where is the spare key?", "top_k": 5}""");

        var memory = Assert.Single(found.Ok()["memories"].EnumerateArray());
        Assert.Equal("[0.1,0.2,0.3]", memory.GetProperty("coordinate").GetRawText());
        Assert.Equal(JsonValueKind.Object, memory.GetProperty("payload").ValueKind);
        Assert.Equal(0.8, memory.GetProperty("importance").GetDouble());
    }

    [Fact]
    public async Task What_was_stored_under_the_prefix_is_there_without_it()
    {
        using var http = soma.Host.NewClient(SomaHost.NewNamespace("prefixed"));
        (await http.PostAnswerAsync("/api/v1/memories", """{"coord": "7,7,7", "payload": {"content": "one service"}}""")).Ok();

        Assert.Equal("one service", (await http.GetAnswerAsync("/memories/7,7,7")).Ok()["memory", "payload", "content"].GetString());
        Assert.Equal("one service", (await http.GetAnswerAsync("/api/v1/memories/7,7,7")).Ok()["memory", "payload", "content"].GetString());
    }

    [Fact]
    public async Task The_older_adapter_finds_healthz() =>
        Assert.Equal(200, (await soma.Host.NewAnonymousClient().GetAnswerAsync("/healthz")).Status);
}
