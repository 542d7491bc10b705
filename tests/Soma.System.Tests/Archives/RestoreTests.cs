using System.Net;
using System.Text.Json;
using Soma.Hosting;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Archives;

/// <summary>Restores into a store that already holds memories, or that a process is serving.</summary>
[Collection(ProcessTests.Name)]
public sealed class RestoreTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Existing_memories_are_kept_unless_replace_is_given(StoreKind kind)
    {
        using var folder = new TestFolder();
        var backup = Path.Combine(folder.Location, "backup");
        await using var store = await ServedStore.CreateAsync(kind, postgres);
        var archiving = new Archiving(store.Environment);
        await using var soma = Archiving.Serve(store.Environment);
        await soma.StartAsync();
        await StoreAsync(soma.Client, "first", "old");
        await StoreAsync(soma.Client, "second", "old");
        (await archiving.BackupAsync(backup)).AssertWell();
        await StoreAsync(soma.Client, "second", "new");
        await soma.TerminateAsync();

        (await archiving.RestoreAsync(backup)).AssertFailed(ExitCode.NamespaceNotEmpty, "default/second among them");
        await soma.StartAsync();
        Assert.Contains("\"old\"", await Observed.GetAsync(soma.Client, "first", "1,2"), StringComparison.Ordinal);
        Assert.Contains("\"new\"", await Observed.GetAsync(soma.Client, "second", "1,2"), StringComparison.Ordinal);
        await soma.TerminateAsync();

        // A namespace that already equals the backup is skipped, so an interrupted restore can simply be run again.
        var again = await archiving.RestoreAsync(backup, only: "first");
        again.AssertWell();
        Assert.Contains("1 of them were there already", again.Output, StringComparison.Ordinal);

        (await archiving.RestoreAsync(backup, only: "second", other: "third")).AssertWell();
        (await archiving.RestoreAsync(backup, replace: true)).AssertWell();
        (await archiving.VerifyAsync(live: true)).AssertWell();
        await soma.StartAsync();
        foreach (var name in (string[])["first", "second", "third"])
        {
            Assert.Contains("\"old\"", await Observed.GetAsync(soma.Client, name, "1,2"), StringComparison.Ordinal);
        }
    }

    /// <summary>The file was written by a build before the log kept who wrote.</summary>
    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_backup_of_format_1_is_restored_and_root_wrote_all_of_it(StoreKind kind)
    {
        await using var store = await ServedStore.CreateAsync(kind, postgres);
        var archiving = new Archiving(store.Environment);
        var backup = Path.Combine(Repository.Root, "tests/Soma.System.Tests/Archives/backup-format-1.tar");
        (await archiving.VerifyAsync(backup)).AssertWell();
        (await archiving.RestoreAsync(backup)).AssertWell();
        (await archiving.VerifyAsync(live: true)).AssertWell();
        await using var soma = Archiving.Serve(store.Environment);
        await soma.StartAsync();
        Assert.Contains("\"The kettle is blue\"", await Observed.GetAsync(soma.Client, "notes", "1,2"), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/changes");
        request.Headers.Add("X-Soma-Namespace", "notes");
        using var answer = await soma.Client.SendAsync(request);
        var changes = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("changes").EnumerateArray().ToArray();
        Assert.Equal(["put root", "put root", "link root", "delete root"], changes.Select(change => $"{change.GetProperty("op")} {change.GetProperty("by")}"));
    }

    [Fact]
    public async Task A_served_folder_can_be_backed_up_verified_and_exported_but_not_restored_to()
    {
        using var folder = new TestFolder();
        await using var store = await ServedStore.CreateAsync(StoreKind.Sqlite, postgres);
        var archiving = new Archiving(store.Environment);
        await using var soma = Archiving.Serve(store.Environment);
        await soma.StartAsync();
        await StoreAsync(soma.Client, "notes", "a note");
        var backup = Path.Combine(folder.Location, "backup");

        (await archiving.BackupAsync(backup)).AssertWell();
        (await archiving.VerifyAsync(backup, live: true)).AssertWell();
        var export = Path.Combine(folder.Location, "notes.jsonl.gz");
        (await archiving.ExportAsync("notes", export)).AssertWell();
        (await archiving.RestoreAsync(backup, replace: true)).AssertFailed(ExitCode.DataInUse, "Another soma process uses the data folder");
        (await archiving.ImportAsync("copy", export)).AssertFailed(ExitCode.DataInUse, "Another soma process uses the data folder");

        // After a crash the newest writes are in the write-ahead log beside the database file.
        await soma.KillAsync();
        (await archiving.BackupAsync(backup + "2")).AssertWell();
        (await archiving.ImportAsync("copy", export)).AssertWell();
        (await archiving.VerifyAsync(backup + "2", live: true)).AssertWell();
    }

    [Fact]
    public async Task A_restore_beside_a_service_on_Postgres_fences_the_owner_and_is_served()
    {
        using var folder = new TestFolder();
        var backup = Path.Combine(folder.Location, "backup");
        await using var store = await ServedStore.CreateAsync(StoreKind.Postgres, postgres);
        var archiving = new Archiving(store.Environment);
        await using var soma = Archiving.Serve(store.Environment);
        await soma.StartAsync();
        await Observed.SendAsync(soma.Client, HttpMethod.Put, "/namespaces/notes", "notes", """{"recency_half_life_days":7}""");
        await StoreAsync(soma.Client, "notes", "a kettle of old");
        (await archiving.BackupAsync(backup)).AssertWell();
        for (var i = 0; i < 20; i++)
        {
            await StoreAsync(soma.Client, "notes", "a kettle of new");
        }

        // An active grain has now learned that the memory is missing. After the restore the grain must not go on
        // believing that.
        Assert.Equal("1,2: 404", await Observed.GetAsync(soma.Client, "copy", "1,2"));
        using var stop = new CancellationTokenSource();
        var statuses = new List<HttpStatusCode>();
        var reading = ReadAsync(soma.Client, statuses, stop.Token);

        (await archiving.RestoreAsync(backup, replace: true)).AssertWell();

        var restored = await Observed.GetAsync(soma.Client, "notes", "1,2");
        Assert.Contains("a kettle of old", restored, StringComparison.Ordinal);
        Assert.DoesNotContain("of new", await Observed.SendAsync(soma.Client, HttpMethod.Post, "/memories/search", "notes", """{"query":"kettle"}"""), StringComparison.Ordinal);
        Assert.Equal(2, await StoreAsync(soma.Client, "notes", "after"));
        await stop.CancelAsync();
        await reading;
        Assert.NotEmpty(statuses);
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        (await archiving.RestoreAsync(backup, only: "notes", other: "copy")).AssertWell();
        Assert.Contains("a kettle of old", await Observed.GetAsync(soma.Client, "copy", "1,2"), StringComparison.Ordinal);
        Assert.Contains("\"recency_half_life_days\":7", await Observed.SendAsync(soma.Client, HttpMethod.Get, "/namespaces/copy", "copy", null), StringComparison.Ordinal);
        (await archiving.VerifyAsync(live: true)).AssertWell();
    }

    private static async Task ReadAsync(HttpClient client, List<HttpStatusCode> statuses, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/memories/1,2");
            request.Headers.Add("X-Soma-Namespace", "notes");
            using var answer = await client.SendAsync(request, CancellationToken.None);
            statuses.Add(answer.StatusCode);
        }
    }

    private static async Task<long> StoreAsync(HttpClient client, string space, string text)
    {
        var answer = await Observed.SendAsync(
            client, HttpMethod.Post, "/memories", space, $$"""{"coord":"1,2","payload":{"text":"{{text}}"} }""");
        return JsonDocument.Parse(answer).RootElement.GetProperty("seq").GetInt64();
    }
}
