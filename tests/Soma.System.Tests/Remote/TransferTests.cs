using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Soma.Hosting;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Remote;

/// <summary>Exports and imports through a service, and the built executable over it.</summary>
[Collection(ProcessTests.Name)]
public sealed partial class TransferTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("notes.jsonl")]
    [InlineData("notes.jsonl.gz")]
    public async Task An_export_is_a_whole_file_that_an_import_makes_the_same_memories_of(string name)
    {
        var (space, copy) = ($"from-{name}", $"to-{name}");
        (await service.RunAsync("store", "one", "--id", "one", "-n", space)).AssertWell();
        (await service.RunAsync("store", "two", "--id", "two", "-n", space)).AssertWell();
        (await service.RunAsync("link", "one", "two", "-n", space)).AssertWell();
        var file = Path.Combine(service.NewFolder(), name);

        var exported = await service.RunAsync("export", space, "--to", file);

        exported.AssertWell();
        Assert.Contains($"default/{space} of {service.Url}/, 3 writes.", exported.Output, StringComparison.Ordinal);
        (await service.RunAsync("export", space, "--to", file)).AssertFailed(ExitCode.ArchiveUnwritable, "is there already");
        (await service.RunAsync("export", "no-such", "--to", file + "2")).AssertFailed(ExitCode.NotFound, "404");

        var imported = await service.RunAsync("import", copy, "--from", file);
        imported.AssertWell();
        Assert.Contains($"default/{copy}: 2 memories, 1 links and 0 deletes written.", imported.Output, StringComparison.Ordinal);
        Assert.Equal(
            (await service.RunAsync("search", "one", "-n", space, "--json", "-k", "1")).Output.Split("\"payload\"")[1][..20],
            (await service.RunAsync("search", "one", "-n", copy, "--json", "-k", "1")).Output.Split("\"payload\"")[1][..20]);
    }

    [Fact]
    public async Task A_key_without_admin_imports_as_any_client_writes()
    {
        (await service.RunAsync("store", "one", "--id", "one", "-n", "plain")).AssertWell();
        var file = Path.Combine(service.NewFolder(), "plain.jsonl");
        (await service.RunAsync("export", "plain", "--to", file)).AssertWell();
        var token = (await service.RunAsync("keys", "make", "writer", "--namespaces", "plain-copy", "--scopes", "read,write")).Output.Trim();

        var imported = await RunningService.RunAsync(new Dictionary<string, string?> { ["SOMA_URL"] = service.Url, ["SOMA_API_KEY"] = token }, ["import", "plain-copy", "--from", file]);

        imported.AssertWell();
        Assert.Contains("1 memories, 0 links and 0 deletes written.", imported.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_altered_file_is_refused_with_its_line()
    {
        (await service.RunAsync("store", "one", "--id", "one", "-n", "altered")).AssertWell();
        var file = Path.Combine(service.NewFolder(), "altered.jsonl");
        (await service.RunAsync("export", "altered", "--to", file)).AssertWell();
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("\"one\"", "\"eno\"", StringComparison.Ordinal));

        (await service.RunAsync("import", "altered-copy", "--from", file)).AssertFailed(ExitCode.Failed, "line 3");
    }

    [Fact]
    public async Task An_interrupted_import_says_how_to_go_on_and_applies_nothing_twice()
    {
        const int memories = 3_000;
        var file = Path.Combine(service.NewFolder(), "many.jsonl");
        await FillAsync("many", memories);
        (await service.RunAsync("export", "many", "--to", file)).AssertWell();
        await using var proxy = await FaultyProxy.StartAsync(new Uri(service.Url));
        // Held back where the service has written a part: it writes 500 memories at a time.
        proxy.HoldAfter = new FileInfo(file).Length / 2;
        var environment = new Dictionary<string, string?> { ["SOMA_URL"] = proxy.Url.ToString(), ["SOMA_API_KEY"] = SomaProcess.Token };
        await using var import = new ManagedProcess("soma.dll", environment);
        import.Start("import", "many-copy", "--from", file);
        await Eventually.TrueAsync(
            async () => await CountAsync("many-copy") > 0 || (import.IsRunning ? false : throw new InvalidOperationException($"ended too early: {import.Errors}")), Patience);

        import.Terminate();

        Assert.Equal((int)ExitCode.Interrupted, await import.WaitForEndAsync());
        Assert.InRange(await CountAsync("many-copy"), 1, memories - 1);
        var again = Again().Match(import.Errors.ToString());
        Assert.True(again.Success, import.Errors.ToString());
        proxy.HoldAfter = null;
        await using var second = new ManagedProcess("soma.dll", environment);
        second.Start([.. again.Groups[1].Value.Split(' ')]);
        Assert.Equal(0, await second.WaitForEndAsync());
        Assert.Contains($"default/many-copy: {memories} memories, 0 links and 0 deletes written.", second.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal(memories, await CountAsync("many-copy"));
        Assert.Equal(memories, await SeqAsync("many-copy"));
    }

    [Fact]
    public async Task The_built_executable_stores_finds_watches_and_ends_with_the_right_codes()
    {
        var environment = new Dictionary<string, string?> { ["SOMA_URL"] = service.Url, ["SOMA_API_KEY"] = SomaProcess.Token, ["SOMA_NAMESPACE"] = "built" };
        await using var soma = new ManagedProcess("soma.dll", environment);
        await using var watch = new ManagedProcess("soma.dll", environment);
        Assert.Equal(0, await RunAsync(soma, "store", "The boat needs paint", "--id", "boat"));
        watch.Start("watch", "--json");
        // The feed has begun when a change arrives, so changes are made until one does.
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal(0, await RunAsync(soma, "store", "The boat is painted", "--id", "boat"));
                return watch.Output.CountLines("\"coord\":\"@boat\"") > 0;
            },
            Patience);
        watch.Terminate();
        Assert.Equal(0, await watch.WaitForEndAsync());
        Assert.DoesNotContain("\"seq\":1,", watch.Output.ToString(), StringComparison.Ordinal);

        Assert.Equal(0, await RunAsync(soma, "search", "what about the boat?"));
        Assert.Contains("@boat  The boat is painted", soma.Output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", soma.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal((int)ExitCode.NotFound, await RunAsync(soma, "get", "no-such"));
        Assert.Equal((int)ExitCode.Usage, await RunAsync(soma, "get"));
        Assert.Equal((int)ExitCode.Failed, await RunAsync(soma, "get", "boat", "--url", "http://127.0.0.1:9"));
    }

    private static Task<int> RunAsync(ManagedProcess soma, params string[] arguments)
    {
        soma.Start(arguments);
        return soma.WaitForEndAsync();
    }

    private async Task FillAsync(string space, int memories)
    {
        foreach (var chunk in Enumerable.Range(0, memories).Chunk(500))
        {
            var items = chunk.Select(number => new { id = $"m{number}", payload = new { text = $"memory {number} {new string('x', 900)}" } });
            using var body = new StringContent(JsonSerializer.Serialize(new { items }), Encoding.UTF8, "application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/memories/batch") { Content = body };
            request.Headers.Add("X-Soma-Namespace", space);
            using var answer = await service.Client.SendAsync(request);
            answer.EnsureSuccessStatusCode();
        }
    }

    private async Task<long> CountAsync(string space) => await FactAsync(space, "total");

    private async Task<long> SeqAsync(string space) => await FactAsync(space, "head_seq");

    private async Task<long> FactAsync(string space, string fact)
    {
        var listed = JsonDocument.Parse(await service.Client.GetStringAsync($"/namespaces?prefix={space}")).RootElement.GetProperty("namespaces");
        return listed.GetArrayLength() == 0 ? 0 : listed[0].GetProperty(fact).GetInt64();
    }

    [GeneratedRegex(@"KB were sent, and what the service has written stays\. soma (import many-copy --from \S+ --run [0-9a-f]{12}) goes on\.")]
    private static partial Regex Again();
}
