using System.Text.Json;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>SomaFractalMemory's <c>tests/test_end_to_end_memory.py</c>.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class EndToEndMemoryScriptTests(SharedSoma soma)
{
    [Fact]
    public async Task A_stored_payload_comes_back_equal_and_is_counted_in_public()
    {
        const string Payload = """{"task": "e2e memory", "importance": 5, "nested": {"list": [1, 2.5, null, true], "text": "h\u00e9llo"}}""";
        using var client = soma.Host.NewClient();
        var stored = await client.PostAnswerAsync(
            "/memories", $$"""{"coord": "0.9,0.8,0.7", "payload": {{Payload}}, "memory_type": "semantic"}""");
        Assert.InRange(stored.Status, 200, 201);

        var fetched = await client.GetAnswerAsync("/memories/0.9,0.8,0.7");
        Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(Payload), fetched.Ok()["memory", "payload"]));

        using var anonymous = soma.Host.NewAnonymousClient();
        var stats = await anonymous.GetAnswerAsync("/stats");
        Assert.True(stats.Ok()["total_memories"].GetInt32() >= 1);
        Assert.True(stats["semantic"].GetInt32() >= 1);
    }
}
