using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests;

/// <summary>Tests the whole service as users run it: a process, a port, a restart.</summary>
[Collection(ProcessTests.Name)]
public sealed class EndToEndTests(PostgresFixture postgres)
{
    private static readonly (string Coordinate, string Text, string Question)[] Notes =
    [
        ("1.0,1.0", "The kettle is in the blue cupboard", "where is the kettle?"),
        ("1.0,2.0", "Ada prefers trains over planes", "how does Ada like to travel by train?"),
        ("2.0,1.0", "The invoice of March was paid late", "which invoice was paid late?"),
    ];

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_memory_is_found_by_key_and_by_meaning_before_and_after_a_kill(StoreKind kind)
    {
        await using var store = await ServedStore.CreateAsync(kind, postgres);
        await using var soma = new SomaProcess(store.Environment);
        await soma.StartAsync();
        foreach (var note in Notes)
        {
            using var answer = await soma.Client.PostAsJsonAsync("/memories", new { coord = note.Coordinate, payload = new { text = note.Text } });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await AssertFoundAsync(soma.Client);
        await soma.KillAsync();
        await soma.StartAsync();

        await AssertFoundAsync(soma.Client);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_terminated_process_exits_with_0_and_continues_after_a_restart(StoreKind kind)
    {
        await using var store = await ServedStore.CreateAsync(kind, postgres);
        await using var soma = new SomaProcess(store.Environment);
        await soma.StartAsync();
        Assert.Equal(1, await StoreAsync(soma.Client, Notes[0].Coordinate));

        Assert.Equal(0, await soma.TerminateAsync());
        await soma.StartAsync();

        Assert.Equal(2, await StoreAsync(soma.Client, Notes[1].Coordinate));
    }

    private static async Task<long> StoreAsync(HttpClient client, string coordinate)
    {
        using var answer = await client.PostAsJsonAsync("/memories", new { coord = coordinate, payload = new { text = "a note" } });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("seq").GetInt64();
    }

    private static async Task AssertFoundAsync(HttpClient client)
    {
        foreach (var (note, seq) in Notes.Select((note, index) => (note, index + 1)))
        {
            var byKey = await client.GetFromJsonAsync<JsonElement>($"/memories/{note.Coordinate}");
            Assert.Equal(note.Text, byKey.GetProperty("memory").GetProperty("payload").GetProperty("text").GetString());
            Assert.Equal(seq, byKey.GetProperty("memory").GetProperty("seq").GetInt64());

            using var answer = await client.PostAsJsonAsync("/memories/search", new { query = note.Question, top_k = 1 });
            var found = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("memories").EnumerateArray();
            Assert.Equal([note.Coordinate], found.Select(memory => memory.GetProperty("coord").GetString()));
        }
    }
}
