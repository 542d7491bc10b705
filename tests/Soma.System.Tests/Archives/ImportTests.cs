using System.Text.Json;
using Soma.Archives.Exports;
using Soma.Hosting;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Archives;

/// <summary>Imports exports of Soma and of SomaFractalMemory, into a store and through a running service.</summary>
[Collection(ProcessTests.Name)]
public sealed class ImportTests(PostgresFixture postgres) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task SomaFractalMemorys_exports_of_every_generation_become_memories_and_links(StoreKind kind)
    {
        string[] lines =
        [
            // The caller's fields stand beside the record's own fields.
            """{"title":"Launch checklist signed","topic":"product","importance":0.9,"memory_type":"episodic","timestamp":1760966400.12,"coordinate":[42.0,17.0],"importance_norm":0.0,"access_count":3,"links":[{"to":[1,2,3],"type":"follows","timestamp":1760966401.5,"weight":0.25}]}""",
            // The caller's fields stand in a field of their own, the payload.
            """{"payload":{"text":"Tea at five","n":1.50},"_tenant":"default","memory_type":"semantic","timestamp":1760966400.5,"coordinate":[1.0,2.0,3.0],"importance_norm":0.5}""",
            "",
            // Rows of the database tables.
            """{"id":"0b9f","namespace":"default","coordinate":[7,8],"coordinate_key":"7.0,8.0","memory_type":"belief","payload":{"text":"Trains are best"},"metadata":{"source":"chat"},"tenant":"default","importance":0.0,"access_count":0,"created_at":"2026-01-02T03:04:05.678901+00:00","updated_at":"2026-01-02T03:04:05.678901+00:00"}"""
                .Replace("\"namespace\":\"default\",", "", StringComparison.Ordinal),
            """{"coordinate":[9],"memory_type":"episodic","payload":{"text":"gone"},"is_deleted":true}""",
            """{"id":"0c","from_coordinate":[7,8],"from_coordinate_key":"7.0,8.0","to_coordinate":[42,17],"to_coordinate_key":"42.0,17.0","link_type":"near","strength":0.5,"metadata":{"a":1},"tenant":"default"}""",
            // A later record of a coordinate becomes its next version. A caller's field may itself be called payload.
            """{"payload":{"a":1},"note":"Launch checklist signed again","memory_type":"episodic","coordinate":[42,17]}""",
        ];
        lines[0] = lines[0].Replace("\"importance_norm\"", "\"tenant\":\"acme\",\"importance_norm\"", StringComparison.Ordinal);
        var file = Path.Combine(_folder.Location, "sfm.jsonl");
        await File.WriteAllLinesAsync(file, lines);
        await using var store = await ServedStore.CreateAsync(kind, postgres);
        var archiving = new Archiving(store.Environment);

        var ended = await archiving.ImportAsync("old", file);

        ended.AssertWell();
        Assert.Contains("default/old: 3 memories, 6 writes.", ended.Output, StringComparison.Ordinal);
        (await archiving.VerifyAsync(live: true)).AssertWell();
        await using var soma = Archiving.Serve(store.Environment);
        await soma.StartAsync();
        Assert.StartsWith("1,2,3: {\"text\":\"Tea at five\",\"n\":1.50} 1 3 2025-10-20T13:20:00.500000+00:00 ", await Observed.GetAsync(soma.Client, "old", "1,2,3"), StringComparison.Ordinal);
        Assert.StartsWith("7,8: {\"text\":\"Trains are best\",\"metadata\":{\"source\":\"chat\"}} 1 4 2026-01-02T03:04:05.678901+00:00 ", await Observed.GetAsync(soma.Client, "old", "7,8"), StringComparison.Ordinal);
        Assert.StartsWith("42,17: {\"payload\":{\"a\":1},\"note\":\"Launch checklist signed again\"} 2 6 2025-10-20T13:20:00.120000+00:00 ", await Observed.GetAsync(soma.Client, "old", "42,17"), StringComparison.Ordinal);
        Assert.Equal("9: 404", await Observed.GetAsync(soma.Client, "old", "9"));
        var neighbors = await Observed.SendAsync(soma.Client, HttpMethod.Get, "/graph/neighbors?coord=7,8&k_hop=2", "old", null);
        Assert.Contains("\"coord\":\"42.0,17.0\"", neighbors, StringComparison.Ordinal);
        Assert.Contains("\"link_type\":\"follows\",\"strength\":0.25", neighbors, StringComparison.Ordinal);
        Assert.Contains("Trains are best", await Observed.SendAsync(soma.Client, HttpMethod.Post, "/memories/search", "old", """{"query":"travel by train","top_k":1}"""), StringComparison.Ordinal);
        Assert.Equal(7, JsonDocument.Parse(await Observed.SendAsync(soma.Client, HttpMethod.Post, "/memories", "old", """{"coord":"1","payload":{}}""")).RootElement.GetProperty("seq").GetInt64());
    }

    [Theory]
    [InlineData("{\"memory_type\":\"episodic\"}", "line 2: a memory without a coordinate")]
    [InlineData("{\"coordinate\":[1],\"memory_type\":\"procedural\"}", "line 2: memory_type is no memory type")]
    [InlineData("{\"coordinate\":[\"x\"]}", "line 2: coordinate names no memory (Invalid coord: \"x\")")]
    [InlineData("{\"coordinate\":[9007199254740993]}", "line 2: coordinate names no memory (Invalid coord: 9007199254740993 is not exact; use an id)")]
    [InlineData("[1]", "line 2: no JSON object")]
    [InlineData("{\"coordinate\":[1]", "line 2 is no JSON")]
    [InlineData("{\"coordinate\":[1],\"payload\":{},\"tenant\":\"other\"}", "import each by itself")]
    public async Task An_invalid_line_stops_the_import_before_anything_is_visible(string line, string why)
    {
        var file = Path.Combine(_folder.Location, "bad.jsonl");
        await File.WriteAllLinesAsync(file, ["""{"coordinate":[5],"payload":{"text":"well"},"tenant":"acme"}""", line]);
        var archiving = new Archiving(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = Path.Combine(_folder.Location, "data") });

        (await archiving.ImportAsync("old", file)).AssertFailed(ExitCode.ArchiveRefused, why);

        Assert.Contains(" 0 namespaces with 0 writes", (await archiving.VerifyAsync(live: true)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notes.jsonl")]
    [InlineData("notes.jsonl.gz")]
    public async Task An_export_that_is_imported_has_the_same_history(string name)
    {
        await using var store = await ServedStore.CreateAsync(StoreKind.Sqlite, postgres);
        await using (var soma = Archiving.Serve(store.Environment))
        {
            await soma.StartAsync();
            await Observed.FillAsync(soma.Client, "notes");
            await soma.TerminateAsync();
        }

        var archiving = new Archiving(store.Environment);
        var file = Path.Combine(_folder.Location, name);
        (await archiving.ExportAsync("notes", file)).AssertWell();
        (await archiving.ExportAsync("notes", file)).AssertFailed(ExitCode.ArchiveUnwritable, "is there already");
        (await archiving.ImportAsync("copy", file)).AssertWell();
        (await archiving.ImportAsync("copy", file)).AssertFailed(ExitCode.NamespaceNotEmpty, "--replace replaces it");
        (await archiving.ImportAsync("copy", file, replace: true)).AssertWell();
        (await archiving.VerifyAsync(live: true)).AssertWell();

        var (one, other) = (Path.Combine(_folder.Location, "one"), Path.Combine(_folder.Location, "other"));
        (await archiving.ExportAsync("notes", one)).AssertWell();
        (await archiving.ExportAsync("copy", other)).AssertWell();
        Assert.Equal((await File.ReadAllLinesAsync(one))[1..^1], (await File.ReadAllLinesAsync(other))[1..^1]);
    }

    [Fact]
    public async Task An_import_through_a_service_is_applied_once_however_often_it_is_sent()
    {
        await using var store = await ServedStore.CreateAsync(StoreKind.Sqlite, postgres);
        await using var soma = Archiving.Serve(store.Environment);
        await soma.StartAsync();
        await Observed.FillAsync(soma.Client, "notes");
        var archiving = new Archiving(store.Environment);
        var file = Path.Combine(_folder.Location, "notes.jsonl");
        (await archiving.ExportAsync("notes", file)).AssertWell();
        await Observed.SendAsync(soma.Client, HttpMethod.Post, "/memories", "used", """{"coord":"8,8","payload":{"text":"here before"}}""");
        var request = new ImportRequest { Key = Archiving.Key("used"), From = file, Service = Archiving.Through(soma, SomaProcess.Token), Run = "first" };

        var ended = await archiving.ImportAsync(request);

        ended.AssertWell();
        Assert.Contains("12 memories, 4 links and 3 deletes written", ended.Output, StringComparison.Ordinal);
        Assert.Contains("here before", await Observed.GetAsync(soma.Client, "used", "8,8"), StringComparison.Ordinal);
        foreach (var coordinate in (string[])["1,0", "1,1", "1,2", "1,3", "1,4", "2,0", "2,1", "@team%2F%C3%BC%2050%252F%F0%9F%A6%94", "@..", "@gone"])
        {
            Assert.Equal(PayloadOf(await Observed.GetAsync(soma.Client, "notes", coordinate)), PayloadOf(await Observed.GetAsync(soma.Client, "used", coordinate)));
        }

        Assert.Equal(
            await Observed.SendAsync(soma.Client, HttpMethod.Get, "/graph/neighbors?coord=1,0&k_hop=3&direction=both", "notes", null),
            await Observed.SendAsync(soma.Client, HttpMethod.Get, "/graph/neighbors?coord=1,0&k_hop=3&direction=both", "used", null));
        var head = await SeqAsync(soma.Client);
        (await archiving.ImportAsync(request)).AssertWell();
        Assert.Equal(head + 1, await SeqAsync(soma.Client));
        (await archiving.ImportAsync(request with { Run = "second" })).AssertWell();
        Assert.Equal(head + 1 + 19 + 1, await SeqAsync(soma.Client));
    }

    [Fact]
    public async Task A_service_that_refuses_says_which_line()
    {
        await using var store = await ServedStore.CreateAsync(StoreKind.Sqlite, postgres);
        await using var soma = Archiving.Serve(store.Environment);
        await soma.StartAsync();
        var file = Path.Combine(_folder.Location, "old.jsonl");
        await File.WriteAllTextAsync(file, """{"coordinate":[5],"text":"well"}""" + '\n');
        var archiving = new Archiving(new Dictionary<string, string?>());

        (await archiving.ImportAsync(new ImportRequest { Key = Archiving.Key("old"), From = file, Service = Archiving.Through(soma, "another") }))
            .AssertFailed(ExitCode.Failed, "the service refused line 1 with 403");
    }

    private static string PayloadOf(string observed) => observed[..(observed.LastIndexOf('}') + 1)];

    private static async Task<long> SeqAsync(HttpClient client) => JsonDocument.Parse(await Observed.SendAsync(
        client, HttpMethod.Post, "/memories", "used", """{"coord":"9,9","payload":{"text":"a mark"}}""")).RootElement.GetProperty("seq").GetInt64();
}
