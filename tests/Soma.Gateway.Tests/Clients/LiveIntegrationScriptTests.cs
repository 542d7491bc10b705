using System.Text.Json;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>SomaFractalMemory's <c>tests/test_live_integration.py</c>.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class LiveIntegrationScriptTests(SharedSoma soma)
{
    [Fact]
    public async Task Health_needs_no_token()
    {
        using var client = soma.Host.NewAnonymousClient();

        Assert.Equal(200, (await client.GetAnswerAsync("/healthz")).Status);
    }

    [Fact]
    public async Task A_memory_is_stored_fetched_deleted_and_then_gone()
    {
        const string Payload = """{"foo": "bar", "number": 42}""";
        using var client = soma.Host.NewClient();
        var stored = await client.PostAnswerAsync(
            "/memories", $$"""{"coord": "1.2,3.4,5.6", "payload": {{Payload}}, "memory_type": "episodic"}""");
        Assert.InRange(stored.Status, 200, 201);

        var fetched = await client.GetAnswerAsync("/memories/1.2,3.4,5.6");
        Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(Payload), fetched.Ok()["memory", "payload"]));

        Assert.Equal(200, (await client.DeleteAnswerAsync("/memories/1.2,3.4,5.6")).Status);
        Assert.Equal(404, (await client.GetAnswerAsync("/memories/1.2,3.4,5.6")).Status);
    }
}
