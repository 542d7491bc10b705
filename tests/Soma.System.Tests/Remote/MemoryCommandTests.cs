using System.Text.Json;
using Soma.Hosting;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Remote;

/// <summary>The commands over memories, as text and as JSON.</summary>
[Collection(ProcessTests.Name)]
public sealed class MemoryCommandTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_memory_is_stored_shown_found_listed_and_forgotten()
    {
        var stored = await service.RunAsync("store", "The kettle is in the blue cupboard", "--id", "kettle", "-n", "kitchen", "--payload", """{"room":"kitchen"}""", "--type", "semantic", "--importance", "2");
        stored.AssertWell();
        Assert.Equal("@kettle is stored: version 1, seq 1.\n", stored.Output);

        var shown = await service.RunAsync("get", "kettle", "-n", "kitchen");
        shown.AssertWell();
        Assert.Matches("^key +@kettle\ntype +semantic\nimportance +2(\\.0)?\nversion +1, seq 1\ncreated +.*Z\nupdated +.*Z\n\\{\n", shown.Output);
        Assert.Contains("\"text\": \"The kettle is in the blue cupboard\"", shown.Output, StringComparison.Ordinal);
        Assert.Contains("\"room\": \"kitchen\"", shown.Output, StringComparison.Ordinal);

        var found = await service.RunAsync("search", "where is the kettle?", "-n", "kitchen", "--filter", """{"room":"kitchen"}""");
        found.AssertWell();
        Assert.Matches("^SCORE  RELEVANCE  KEY      TEXT\n[01]\\.\\d{3}  [01]\\.\\d{3}      @kettle  The kettle is in the blue cupboard\n$", found.Output);

        var listed = await service.RunAsync("list", "-n", "kitchen");
        listed.AssertWell();
        Assert.Matches("^KEY      TYPE      IMPORTANCE  UPDATED +TEXT\n@kettle  semantic  2", listed.Output);

        var forgotten = await service.RunAsync("forget", "@kettle", "-n", "kitchen", "--purge");
        forgotten.AssertWell();
        Assert.Equal("@kettle is deleted and purged.\n", forgotten.Output);
        (await service.RunAsync("get", "kettle", "-n", "kitchen")).AssertFailed(ExitCode.NotFound, "404: Memory not found");
        (await service.RunAsync("forget", "kettle", "-n", "kitchen")).AssertFailed(ExitCode.NotFound, "there is no memory @kettle");
    }

    [Fact]
    public async Task As_JSON_each_answer_is_the_services_and_a_list_is_one_object_a_line()
    {
        foreach (var (id, text) in (ValueTuple<string, string>[])[("a", "apples"), ("b", "bananas"), ("c", "cherries")])
        {
            var stored = JsonDocument.Parse((await service.RunAsync("store", text, "--id", id, "--namespace", "fruit", "--json")).Output).RootElement;
            Assert.Equal(("@" + id, 1), (stored.GetProperty("coord").GetString(), stored.GetProperty("version").GetInt32()));
        }

        Assert.Equal(["@a", "@b", "@c"], Coords(await service.RunAsync("list", "-n", "fruit", "--json")));
        Assert.Equal(["@c", "@b"], Coords(await service.RunAsync("list", "-n", "fruit", "--json", "--desc", "--limit", "2")));
        Assert.Equal(["@b"], Coords(await service.RunAsync("search", "bananas", "-n", "fruit", "--json", "-k", "1")));
        Assert.Equal(["@a", "@c"], Coords(await service.RunAsync("get", "a", "c", "-n", "fruit", "--json")));

        var counted = await service.RunAsync("forget", "--filter", """{"text":"apples"}""", "--dry-run", "-n", "fruit", "--json");
        Assert.Equal(1, JsonDocument.Parse(counted.Output).RootElement.GetProperty("deleted").GetInt32());
        (await service.RunAsync("forget", "--filter", """{"text":"apples"}""", "--yes", "-n", "fruit")).AssertWell();
        Assert.Equal(["@b", "@c"], Coords(await service.RunAsync("list", "-n", "fruit", "--json")));
    }

    [Fact]
    public async Task Standard_input_is_a_text_or_a_payload()
    {
        var environment = new Dictionary<string, string?> { ["SOMA_URL"] = service.Url, ["SOMA_API_TOKEN"] = SomaProcess.Token, ["SOMA_NAMESPACE"] = "piped" };

        (await RunningService.RunAsync(environment, ["store", "-", "--id", "one"], "first line\nsecond line\n")).AssertWell();
        (await RunningService.RunAsync(environment, ["store", "--payload", "-", "--coord", "1,2"], """{"n":1.50}""")).AssertWell();

        Assert.Contains("\"text\":\"first line\\nsecond line\"", (await RunningService.RunAsync(environment, ["get", "one", "--json"])).Output, StringComparison.Ordinal);
        Assert.Contains("\"payload\":{\"n\":1.50}", (await RunningService.RunAsync(environment, ["get", "1,2", "--json"])).Output, StringComparison.Ordinal);
        (await RunningService.RunAsync(environment, ["store", "--payload", "-"], "[1]")).AssertFailed(ExitCode.Usage, "no JSON object");
    }

    [Fact]
    public async Task A_write_may_depend_on_what_is_there()
    {
        (await service.RunAsync("store", "one", "--id", "x", "-n", "guarded", "--if-absent")).AssertWell();
        (await service.RunAsync("store", "two", "--id", "x", "-n", "guarded", "--if-absent")).AssertFailed(ExitCode.Failed, "412");
        (await service.RunAsync("store", "three", "--id", "x", "-n", "guarded", "--if-match", "9")).AssertFailed(ExitCode.Failed, "412");
        (await service.RunAsync("store", "four", "--id", "x", "-n", "guarded", "--if-match", "1")).AssertWell();
        Assert.Contains("four", (await service.RunAsync("get", "x", "-n", "guarded", "--json")).Output, StringComparison.Ordinal);
        Assert.Contains("one", (await service.RunAsync("get", "x", "-n", "guarded", "--json", "--as-of", "1")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_are_made_and_removed()
    {
        var linked = await service.RunAsync("link", "ada", "1,2", "--type", "knows", "--strength", "0.5", "--metadata", """{"since":2020}""", "-n", "people");
        linked.AssertWell();
        Assert.Equal("@ada -> 1.0,2.0: knows is stored, seq 1.\n", linked.Output);
        var neighbors = await service.Client.GetStringAsync("/graph/neighbors?coord=@ada&tenant_id=default");
        Assert.Contains("\"neighbors\":[]", neighbors, StringComparison.Ordinal);
        (await service.RunAsync("link", "ada", "1,2", "--type", "knows", "--remove", "-n", "people")).AssertWell();
        (await service.RunAsync("changes", "people", "--json")).AssertWell();
        Assert.Equal(["link", "unlink"], Lines(await service.RunAsync("changes", "people", "--json")).Select(line => line.GetProperty("op").GetString()));
    }

    [Theory]
    [InlineData("soma: unknown option --jsn; did you mean --json?\n", "get", "--jsn", "kettle")]
    [InlineData("soma: unknown option --impotance; did you mean --importance?\n", "store", "--impotance", "3", "text")]
    [InlineData("soma: unknown command delte; did you mean delete?\n", "namespaces", "delte")]
    [InlineData("soma: Say what to store: a text, --payload, or both.\n", "store")]
    [InlineData("soma: --filter deletes everything that it finds: say --yes, or --dry-run to count it first.\n", "forget", "--filter", "{}")]
    [InlineData("soma: --filter: [1] is no JSON object.\n", "search", "x", "--filter", "[1]")]
    [InlineData("soma: a namespace's name is 1 to 128 of A-Z a-z 0-9 . _ : @ -\n", "list", "-n", "a/b")]
    public async Task A_wrong_command_line_is_answered_in_one_line_and_sends_nothing(string said, params string[] arguments)
    {
        var ended = await service.RunAsync(arguments);

        Assert.Equal((ExitCode.Usage, said, ""), (ended.Code, ended.Errors, ended.Output));
    }

    [Fact]
    public async Task What_looks_like_an_option_can_be_stored_behind_two_dashes()
    {
        (await service.RunAsync("store", "--id", "dashes", "-n", "dashes", "--", "--verbose is an option")).AssertWell();

        Assert.Contains("--verbose is an option", (await service.RunAsync("list", "-n", "dashes")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_memory_holds_cannot_steer_the_terminal()
    {
        (await service.RunAsync("store", "red \u001b[31m alert", "--id", "escape", "-n", "escapes")).AssertWell();

        Assert.DoesNotContain("\u001b", (await service.RunAsync("list", "-n", "escapes")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", (await service.RunAsync("get", "escape", "-n", "escapes")).Output, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonElement> Lines(Archives.Ended ended)
    {
        ended.AssertWell();
        return ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);
    }

    private static IEnumerable<string?> Coords(Archives.Ended ended) => Lines(ended).Select(line => line.GetProperty("coord").GetString());
}
