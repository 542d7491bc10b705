using System.Text.Json;
using Soma.Forking;
using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Interfaces;
using Soma.Hosting;

namespace Soma.Gateway.Tests.Past;

/// <summary>Forks over HTTP, on the product itself.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class ForkTests(SharedSoma soma)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fork_answers_as_its_source_did_at_the_moment_and_goes_its_own_way(bool history)
    {
        var (source, copy) = (SomaHost.NewNamespace("source"), SomaHost.NewNamespace("copy"));
        using var client = soma.Host.NewClient(source);
        await client.CallAsync(HttpMethod.Put, $"/namespaces/{source}", """{"retention_days":null,"recency_half_life_days":7}""");
        await FillAsync(client);
        var (got, listed, found, linked) = await ObserveAsync(client);

        var forked = (await client.PostAnswerAsync($"/namespaces/{source}/fork", $$"""{"to":"{{copy}}","as_of":6,"history":{{(history ? "true" : "false")}}}""")).Ok();

        Assert.Equal((copy, 3L, 1L), (forked["namespace"].GetString(), forked["memories"].GetInt64(), forked["links"].GetInt64()));
        Assert.Equal(history ? 6 : 4, forked["seq"].GetInt64());
        using var other = soma.Host.NewClient(copy);
        Assert.Equal((got, listed, found, linked), await ObserveAsync(other));
        var settings = (await other.GetAnswerAsync($"/namespaces/{copy}")).Ok();
        Assert.Equal((JsonValueKind.Null, 7), (settings["retention_days"].ValueKind, settings["recency_half_life_days"].GetInt32()));

        (await client.DeleteAnswerAsync("/memories/@a")).Ok();
        (await other.PostAnswerAsync("/memories", """{"id":"new","payload":{"text":"only in the copy"}}""")).Ok();
        (await other.GetAnswerAsync("/memories/@a")).Ok();
        Assert.Equal(404, (await client.GetAnswerAsync("/memories/@new")).Status);
    }

    [Fact]
    public async Task A_fork_of_the_present_is_there_in_the_next_request_though_its_name_was_read_before()
    {
        var (source, copy) = (SomaHost.NewNamespace("source"), SomaHost.NewNamespace("copy"));
        using var client = soma.Host.NewClient(source);
        using var other = soma.Host.NewClient(copy);
        await FillAsync(client);
        // Its grain is awake, knows that nothing is there, and has the settings of nobody.
        Assert.Equal(404, (await other.GetAnswerAsync("/memories/@a")).Status);
        (await other.GetAnswerAsync("/memories/search?query=kettle")).Ok();

        (await client.PostAnswerAsync($"/namespaces/{source}/fork", $$"""{"to":"{{copy}}"}""")).Ok();

        Assert.Equal("The kettle is red", (await other.GetAnswerAsync("/memories/@a")).Ok()["memory", "payload", "text"].GetString());
        Assert.Equal("@a", (await other.GetAnswerAsync("/memories/search?query=kettle")).Ok()["memories"][0].GetProperty("coord").GetString());
    }

    [Fact]
    public async Task A_fork_that_is_sent_again_under_its_key_gets_the_same_bytes_and_another_request_under_it_is_refused()
    {
        var (source, copy) = (SomaHost.NewNamespace("source"), SomaHost.NewNamespace("copy"));
        using var client = soma.Host.NewClient(source);
        await FillAsync(client);
        var (path, body, key) = ($"/namespaces/{source}/fork", $$"""{"to":"{{copy}}"}""", ("Idempotency-Key", "once"));
        var first = (await client.PostAnswerAsync(path, body, key)).Ok();
        (await client.PostAnswerAsync("/memories", """{"id":"later","payload":{"text":"later"}}""")).Ok();

        Assert.Equal(first.Text, (await client.PostAnswerAsync(path, body, key)).Ok().Text);
        Assert.Equal(409, (await client.PostAnswerAsync(path, $$"""{"to":"{{copy}}-2"}""", key)).Status);
        Assert.Equal(409, (await client.PostAnswerAsync(path, body)).Status);
    }

    [Theory]
    [InlineData("""{"to":"{0}"}""", 409)]
    [InlineData("""{"to":"free","as_of":7}""", 400)]
    [InlineData("""{"to":"free","as_of":"9999-01-01"}""", 400)]
    [InlineData("""{"to":"a/b"}""", 422)]
    [InlineData("""{"to":"free","as_of":true}""", 422)]
    [InlineData("""{"as_of":1}""", 422)]
    [InlineData("""{"to":"free","name":"x"}""", 422)]
    public async Task What_cannot_be_forked_is_refused_and_leaves_nothing(string body, int status)
    {
        var source = SomaHost.NewNamespace("source");
        using var client = soma.Host.NewClient(source);
        await FillAsync(client);

        var refused = await client.PostAnswerAsync($"/namespaces/{source}/fork", body.Replace("{0}", source, StringComparison.Ordinal));

        Assert.Equal((status, "application/problem+json"), (refused.Status, refused.ContentType));
        using var free = soma.Host.NewClient("free");
        Assert.Empty((await free.GetAnswerAsync("/memories")).Ok()["memories"].EnumerateArray());
    }

    [Fact]
    public async Task A_namespace_that_nobody_wrote_to_is_not_found()
    {
        using var client = soma.Host.NewClient();
        Assert.Equal(404, (await client.PostAnswerAsync("/namespaces/nobody-wrote/fork", """{"to":"free"}""")).Status);
    }

    [Fact]
    public async Task Soma_fork_copies_a_namespace_of_a_running_service_and_says_what_it_copied()
    {
        var (source, copy) = (SomaHost.NewNamespace("source"), SomaHost.NewNamespace("copy"));
        using var client = soma.Host.NewClient(source);
        await FillAsync(client);

        var (code, output, errors) = await ForkAsync(new ForkTarget(soma.Host.Address, new NamespaceKey("default", source), copy, "5", History: false, Json: false));
        Assert.Equal((ExitCode.Stopped, $"{source} was copied to {copy}: 3 memories, 0 links, at seq 3.\n", ""), (code, output, errors));

        (code, output, _) = await ForkAsync(new ForkTarget(soma.Host.Address, new NamespaceKey("default", source), copy + "-2", null, History: true, Json: true));
        Assert.Equal((ExitCode.Stopped, 6), (code, JsonDocument.Parse(output).RootElement.GetProperty("seq").GetInt32()));

        (code, _, errors) = await ForkAsync(new ForkTarget(soma.Host.Address, new NamespaceKey("default", source), copy, null, History: false, Json: false));
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("409", errors, StringComparison.Ordinal);
    }

    private static async Task<(ExitCode Code, string Output, string Errors)> ForkAsync(ForkTarget target)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var settings = new SettingsReader(name => name == "SOMA_API_TOKEN" ? SomaHost.Token : null);
        var code = await ForkCommand.RunAsync(settings, target, output, errors, default);
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>Three memories, the first of them written twice and one of a conversation, and a link: six rows.</summary>
    private static async Task FillAsync(HttpClient client)
    {
        (await client.PostAnswerAsync("/memories", """{"id":"a","payload":{"text":"The kettle is blue"}}""")).Ok();
        (await client.PostAnswerAsync("/memories", """{"id":"b","payload":{"text":"We met in Lisbon","session_id":"s"},"embedding":[0.5,0.25]}""")).Ok();
        (await client.PostAnswerAsync("/memories", """{"id":"c","payload":{"text":"It rained all day","session_id":"s"},"importance":2}""")).Ok();
        (await client.PostAnswerAsync("/memories", """{"id":"gone","payload":{"text":"The kettle is gone"},"expires_at":"1999-01-01"}""")).Ok();
        (await client.PostAnswerAsync("/memories", """{"id":"a","payload":{"text":"The kettle is red"}}""")).Ok();
        (await client.PostAnswerAsync("/graph/link", """{"from_coord":"@a","to_coord":"@b","strength":0.5}""")).Ok();
    }

    /// <summary>What can be read of it, without seqs, which a fork without history numbers anew.</summary>
    private static async Task<(string Get, string List, string Search, string Neighbors)> ObserveAsync(HttpClient client) => (
        WithoutSeqs((await client.GetAnswerAsync("/memories/@b")).Ok().Text),
        WithoutSeqs((await client.GetAnswerAsync("/memories?order=created")).Ok().Text),
        WithoutSeqs((await client.PostAnswerAsync("/memories/search", """{"query":"did it rain in Lisbon?"}""")).Ok().Text),
        (await client.GetAnswerAsync("/graph/neighbors?coord=@a")).Ok().Text);

    private static string WithoutSeqs(string json) =>
        System.Text.RegularExpressions.Regex.Replace(json, "\"seq\":\\d+|\"access_count\":\\d+", "");
}
