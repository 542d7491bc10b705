using System.Text;
using Soma.Archives.Backups;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Archives.Objects;

/// <summary>A chain of incremental backups holds at each of its points what a full backup of that moment holds.</summary>
[Collection(ProcessTests.Name)]
public sealed class IncrementalBackupTests(PostgresFixture postgres)
{
    private const string AnsweredOnly = "answered without a write";

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Each_backup_of_a_chain_holds_the_rows_that_a_full_backup_of_its_moment_holds(StoreKind kind)
    {
        using var folder = new TestFolder();
        await using var store = await ServedStore.CreateAsync(kind, postgres);
        var archiving = new ObjectArchiving(store.Environment);
        var expected = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (step, change) in Steps)
        {
            var environment = new Dictionary<string, string?>(store.Environment) { ["SOMA_SWEEP_INTERVAL_SECONDS"] = "1", ["SOMA_COMPACTION_INTERVAL_SECONDS"] = "1" };
            await using (var soma = Archiving.Serve(environment))
            {
                await soma.StartAsync();
                await change(soma.Client);
                Assert.Equal(0, await soma.TerminateAsync());
            }

            await archiving.BackupAsync();
            var full = Path.Combine(folder.Location, step);
            (await new Archiving(store.Environment).BackupAsync(full)).AssertWell();
            using var backup = BackupFiles.OpenBackup(full);
            expected[(await archiving.IdsAsync())[^1]] = await ObjectArchiving.RowsAsync(backup);
        }

        Assert.Equal(Steps.Length, expected.Count);
        Assert.Contains(expected.Values.ElementAt(Array.FindIndex(Steps, step => step.Name == AnsweredOnly)), row => row.Contains(Convert.ToHexString("without-a-write"u8), StringComparison.OrdinalIgnoreCase));
        foreach (var (id, rows) in expected)
        {
            await archiving.VerifyAsync(id);
            using var backup = await archiving.OpenAsync(id);
            Assert.Equal(rows, await ObjectArchiving.RowsAsync(backup));
        }

        // The store checks what was restored as `soma verify --live` does, and refuses it if the rows contradict each other.
        await archiving.RestoreAsync(Path.Combine(folder.Location, "restored"));
        (await new Archiving(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = Path.Combine(folder.Location, "restored") }).VerifyAsync(live: true)).AssertWell();
    }

    private static (string Name, Func<HttpClient, Task> Change)[] Steps =>
    [
        ("filled", async client =>
        {
            await Observed.FillAsync(client, "notes");
            await Observed.FillAsync(client, "others");
            await Observed.SendAsync(client, HttpMethod.Put, "/namespaces/only-settings", "only-settings", """{"retention_days":7}""");
        }),
        ("written", async client =>
        {
            await PutAsync(client, "notes", "1,1", "Ada prefers ships");
            await PutAsync(client, "notes", "5,5", "new", ",\"ttl_seconds\":1");
            await PutAsync(client, "notes", "5,6", "stays a while", ",\"ttl_seconds\":5");
            await Observed.SendAsync(client, HttpMethod.Post, "/graph/link", "notes", """{"from_coord":"5,6","to_coord":"1,1","strength":0.25}""");
        }),
        ("read, refined and unlinked", async client =>
        {
            await Observed.WaitForRefinedAsync(client, "notes");
            await Observed.GetAsync(client, "notes", "1,0");
            await Observed.GetAsync(client, "notes", "1,4");
            await Observed.SendAsync(client, HttpMethod.Delete, "/graph/link?from_coord=1,0&to_coord=1,1&link_type=near", "notes", null);
            await PutAsync(client, "notes", "6,0", "written so that the counts of reads are kept");
        }),
        ("expired and swept", async client =>
        {
            await Eventually.TrueAsync(async () =>
                (await Observed.SendAsync(client, HttpMethod.Get, "/stats", "notes", null)).Contains("\"notes\":{\"total\":9,", StringComparison.Ordinal));
            await PutAsync(client, "notes", "6,1", "after the sweep");
        }),
        ("nothing", _ => Task.CompletedTask),
        ("deleted", async client =>
        {
            await Observed.SendAsync(client, HttpMethod.Delete, "/memories/1,1", "notes", null);
            await PutAsync(client, "notes", "1,1", "again, without its links");
            await Observed.SendAsync(client, HttpMethod.Post, "/graph/link", "notes", """{"from_coord":"1,1","to_coord":"1,2","link_type":"later"}""");
        }),
        ("set", client => Observed.SendAsync(client, HttpMethod.Put, "/namespaces/notes", "notes", """{"recency_half_life_days":7}""")),
        ("compacted", async client =>
        {
            await Observed.SendAsync(client, HttpMethod.Put, "/namespaces/notes", "notes", """{"retention_days":0,"keep_versions":1}""");
            await Eventually.TrueAsync(async () =>
                (await Observed.SendAsync(client, HttpMethod.Get, "/memories/1,0/history", "notes", null)).Contains("\"compacted\"", StringComparison.Ordinal));
        }),
        ("purged", client => Observed.SendAsync(client, HttpMethod.Delete, "/memories/1,2?purge=true", "notes", null)),
        ("written after the purge", client => PutAsync(client, "notes", "1,2", "something else")),
        ("answered", client => AnswerAsync(client, HttpMethod.Post, "/memories/batch", "with-a-write", """{"items":[{"coord":"7,0","payload":{"text":"a batch"}}]}""")),
        (AnsweredOnly, client => AnswerAsync(client, HttpMethod.Delete, "/memories/9,9", "without-a-write", null)),
        ("written after the answer", client => PutAsync(client, "notes", "7,1", "the answers are still there")),
        ("rewound", client => Observed.SendAsync(client, HttpMethod.Post, "/namespaces/others/rewind", "others", """{"as_of":9}""")),
        ("removed and made anew", async client =>
        {
            await Observed.SendAsync(client, HttpMethod.Delete, "/namespaces/others?confirm=others", "others", null);
            await PutAsync(client, "others", "1,0", "another namespace of the same name");
        }),
    ];

    private static Task PutAsync(HttpClient client, string space, string coordinate, string text, string more = "") => Observed.SendAsync(
        client, HttpMethod.Post, "/memories", space, $$"""{"coord":"{{coordinate}}","payload":{"text":"{{text}}"}{{more}}}""");

    private static async Task AnswerAsync(HttpClient client, HttpMethod method, string path, string key, string? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Soma-Namespace", "notes");
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request);
        Assert.True((int)answer.StatusCode < 500, await answer.Content.ReadAsStringAsync());
    }
}
