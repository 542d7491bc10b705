using System.Text.Json;
using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Testing;

namespace Soma.Gateway.Tests.Past;

/// <summary>What a namespace keeps of its past, on the product itself.</summary>
public sealed class CompactionTests
{
    [Fact]
    public async Task Content_of_a_replaced_version_goes_by_the_settings_of_its_namespace_and_the_present_stays()
    {
        await using var host = await SomaHost.StartAsync(("SOMA_COMPACTION_INTERVAL_SECONDS", "1"));
        using var nothing = host.NewClient("nothing");
        using var usual = host.NewClient("usual");
        (await nothing.CallAsync(HttpMethod.Put, "/namespaces/nothing", """{"retention_days":0,"keep_versions":0}""")).Ok();
        foreach (var client in new[] { nothing, usual })
        {
            (await client.PostAnswerAsync("/memories", """{"id":"a","payload":{"text":"The kettle is blue"}}""")).Ok();
            (await client.PostAnswerAsync("/memories", """{"id":"a","payload":{"text":"The kettle is red"}}""")).Ok();
        }

        await Eventually.TrueAsync(async () => (await FirstAsync(host, "nothing")).Content == ContentState.Compacted);

        Assert.Equal(ContentState.Kept, (await FirstAsync(host, "usual")).Content);
        Assert.Equal("The kettle is red", (await nothing.GetAnswerAsync("/memories/@a")).Ok()["memory", "payload", "text"].GetString());
        Assert.Single((await nothing.GetAnswerAsync("/memories/search?query=kettle")).Ok()["memories"].EnumerateArray());
        // The owner is awake and goes on from where it was.
        Assert.Equal(3, (await nothing.PostAnswerAsync("/memories", """{"id":"a","payload":{"text":"The kettle is green"}}""")).Ok()["version"].GetInt64());
        Assert.Equal(410, (await nothing.PostAnswerAsync("/namespaces/nothing/fork", """{"to":"before","as_of":1}""")).Status);
    }

    [Fact]
    public async Task Fewer_kept_versions_are_felt_by_memories_that_nobody_writes_any_more()
    {
        await using var host = await SomaHost.StartAsync(("SOMA_COMPACTION_INTERVAL_SECONDS", "1"));
        using var client = host.NewClient("fewer");
        (await client.CallAsync(HttpMethod.Put, "/namespaces/fewer", """{"retention_days":0,"keep_versions":2}""")).Ok();
        for (var i = 0; i < 3; i++)
        {
            (await client.PostAnswerAsync("/memories", """{"id":"a","payload":{"text":"again"}}""")).Ok();
        }

        await Eventually.TrueAsync(async () => (await FirstAsync(host, "fewer")).Content == ContentState.Compacted);
        Assert.Equal(ContentState.Kept, (await LogAsync(host, "fewer"))[1].Content);

        (await client.CallAsync(HttpMethod.Put, "/namespaces/fewer", """{"retention_days":0,"keep_versions":1}""")).Ok();
        await Eventually.TrueAsync(async () => (await LogAsync(host, "fewer"))[1].Content == ContentState.Compacted);
        Assert.Equal(ContentState.Kept, (await LogAsync(host, "fewer"))[2].Content);
    }

    [Theory]
    [InlineData("{}", "30", "10")]
    [InlineData("""{"retention_days":null,"keep_versions":null}""", "null", "10")]
    [InlineData("""{"retention_days":0.5,"keep_versions":0}""", "0.5", "0")]
    public async Task Settings_say_how_much_of_the_past_is_kept(string body, string retention, string versions)
    {
        await using var host = await SomaHost.StartAsync();
        using var client = host.NewClient();
        (await client.CallAsync(HttpMethod.Put, "/namespaces/kept", body)).Ok();

        var settings = (await client.GetAnswerAsync("/namespaces/kept")).Ok();

        Assert.Equal((retention, versions), (settings["retention_days"].GetRawText(), settings["keep_versions"].GetRawText()));
        var both = JsonSerializer.Serialize(new { retention_days = settings["retention_days"], keep_versions = settings["keep_versions"] });
        Assert.Equal(settings.Text, (await client.CallAsync(HttpMethod.Put, "/namespaces/kept", both)).Ok().Text);
    }

    [Theory]
    [InlineData("""{"retention_days":-1}""")]
    [InlineData("""{"retention_days":36501}""")]
    [InlineData("""{"retention_days":"forever"}""")]
    [InlineData("""{"keep_versions":-1}""")]
    [InlineData("""{"keep_versions":1001}""")]
    public async Task A_setting_out_of_range_is_refused(string body)
    {
        await using var host = await SomaHost.StartAsync();
        using var client = host.NewClient();
        Assert.Equal(422, (await client.CallAsync(HttpMethod.Put, "/namespaces/kept", body)).Status);
    }

    private static async Task<LogRow> FirstAsync(SomaHost host, string name) => (await LogAsync(host, name))[0];

    // The ids of namespaces are given in the order of their first writes, and nothing else is written to here.
    private static async Task<IReadOnlyList<LogRow>> LogAsync(SomaHost host, string name) =>
        await host.Store.ReadLogAsync(name == "usual" ? 2 : 1, 0, 10, default);
}
