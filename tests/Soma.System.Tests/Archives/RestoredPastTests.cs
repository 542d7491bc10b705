using System.Text.Json;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Archives;

/// <summary>A restored namespace knows its past as the one did that was backed up, however often that one's process was killed.</summary>
[Collection(ProcessTests.Name)]
public sealed class RestoredPastTests(PostgresFixture postgres)
{
    private const int Changes = 30;
    private const int Keys = 4;

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Every_moment_of_a_restored_namespace_is_answered_as_before_the_kills_and_the_backup(StoreKind kind)
    {
        using var folder = new TestFolder();
        var backup = Path.Combine(folder.Location, "backup");
        await using var store = await ServedStore.CreateAsync(kind, postgres);
        var archiving = new Archiving(store.Environment);
        await using var soma = Archiving.Serve(store.Environment);
        await soma.StartAsync();
        var random = new Random(7);
        var head = 0L;
        for (var i = 0; i < Changes; i++)
        {
            head = Math.Max(head, await ChangeAsync(soma.Client, random));
            if (i % 12 == 11)
            {
                await soma.KillAsync();
                await soma.StartAsync();
            }
        }

        var before = await ReadMomentsAsync(soma.Client, "notes", head);
        await soma.KillAsync();
        await soma.StartAsync();
        Assert.Equal(before, await ReadMomentsAsync(soma.Client, "notes", head));
        (await archiving.BackupAsync(backup)).AssertWell();
        // What is written after the backup is no part of the restored past.
        await Observed.SendAsync(soma.Client, HttpMethod.Post, "/memories", "notes", """{"coord":"0","payload":{"text":"kettle, later"}}""");
        await soma.TerminateAsync();
        (await archiving.RestoreAsync(backup, only: "notes", other: "copy")).AssertWell();
        await soma.StartAsync();

        Assert.Equal(before, await ReadMomentsAsync(soma.Client, "copy", head));
        Assert.True(before.Distinct().Count() > Changes, "The moments hardly differ, so their equality says little.");
    }

    private static async Task<long> ChangeAsync(HttpClient client, Random random)
    {
        var (key, other) = (random.Next(Keys), random.Next(Keys));
        var (method, path, body) = random.Next(10) switch
        {
            < 5 => (HttpMethod.Post, "/memories", $$"""{"coord":"{{key}}","payload":{"text":"the kettle {{random.Next(100)}}"},"importance":{{random.Next(1, 5)}}}"""),
            < 7 => (HttpMethod.Post, "/graph/link", $$"""{"from_coord":"{{key}}","to_coord":"{{other}}","strength":{{random.Next(1, 8) / 8.0}}}"""),
            < 9 => (HttpMethod.Delete, $"/memories/{key}", null),
            _ => (HttpMethod.Delete, $"/memories/{key}?purge=true", (string?)null),
        };
        var answer = JsonDocument.Parse(await Observed.SendAsync(client, method, path, "notes", body)).RootElement;
        return answer.TryGetProperty("seq", out var seq) && seq.ValueKind == JsonValueKind.Number ? seq.GetInt64() : 0;
    }

    private static async Task<List<string>> ReadMomentsAsync(HttpClient client, string space, long head)
    {
        var answers = new List<string>();
        for (var seq = 0L; seq <= head; seq++)
        {
            foreach (var path in (string[])
                [$"/memories?as_of={seq}", $"/memories/search?query=kettle&exact=true&as_of={seq}", $"/graph/neighbors?coord=1&k_hop=3&direction=both&as_of={seq}", $"/graph/path?from_coord=1&to_coord=2&as_of={seq}"])
            {
                answers.Add($"{seq} {await Observed.SendAsync(client, HttpMethod.Get, path, space, null)}");
            }

            for (var key = 0; key < Keys; key++)
            {
                answers.Add($"{seq} {await Observed.GetAsync(client, space, $"{key}?as_of={seq}")}");
            }
        }

        return answers;
    }
}
