using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>SomaBrain's <c>tests/integration/test_memory_integration.py</c>, which puts blanks into its coordinates.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class MemoryIntegrationScriptTests(SharedSoma soma)
{
    [Fact]
    public async Task Health_names_a_status_the_script_takes_for_well()
    {
        using var client = soma.Host.NewClient();

        var health = await client.GetAnswerAsync("/health");

        Assert.Contains(health.Ok()["status"].GetString(), new[] { "ok", "healthy" });
    }

    [Fact]
    public async Task A_coordinate_with_blanks_leads_back_to_its_memory()
    {
        using var client = soma.Host.NewClient(SomaHost.NewNamespace("blanks"));
        var stored = await client.PostAnswerAsync(
            "/memories",
            """{"coord": "1760966400, 0.0, 0.0", "payload": {"content": "the script's content", "kind": "integration"}, "memory_type": "episodic"}""");
        var coordinate = stored.Ok()["coord"].GetString();

        var byAnswer = await client.GetAnswerAsync($"/memories/{coordinate}");
        Assert.Equal("the script's content", byAnswer.Ok()["memory", "payload", "content"].GetString());

        var bySent = await client.GetAnswerAsync("/memories/1760966400,%200.0,%200.0");
        Assert.Equal("the script's content", bySent.Ok()["memory", "payload", "content"].GetString());
    }
}
