using System.Net.Http.Json;
using System.Text.Json;

namespace Soma.System.Tests.Writing;

/// <summary>The memories of a namespace, read page by page over HTTP, to be compared with what writers sent.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<string, (long Seq, string Text)> _stored = [];

    private Ledger()
    {
    }

    public static async Task<Ledger> ReadAsync(HttpClient client, string name)
    {
        var ledger = new Ledger();
        string? cursor = null;
        do
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, $"/memories?limit=1000&order=seq{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}");
            request.Headers.Add("X-Soma-Namespace", name);
            using var answer = await client.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>();
            foreach (var memory in page.GetProperty("memories").EnumerateArray())
            {
                var text = memory.GetProperty("payload").GetProperty("text").GetString()!;
                ledger._stored.Add(memory.GetProperty("coord").GetString()!, (memory.GetProperty("seq").GetInt64(), text));
            }

            cursor = page.TryGetProperty("next_cursor", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;
        }
        while (cursor is not null);
        return ledger;
    }

    /// <summary>
    /// Asserts that every acknowledged write is stored under its seq, that every other write is stored completely or
    /// not at all, and that nothing else is stored. No writer overwrites a memory, so the seqs must be 1, 2, 3, …
    /// without a gap.
    /// </summary>
    public void AssertHolds(IReadOnlyCollection<SentWrite> sent)
    {
        foreach (var write in sent)
        {
            AssertWhole(write);
        }

        Assert.Empty(_stored.Keys.Except(sent.SelectMany(write => write.Memories).Select(memory => memory.Coordinate)));
        Assert.Equal(Enumerable.Range(1, _stored.Count).Select(seq => (long)seq), _stored.Values.Select(stored => stored.Seq).Order());
    }

    private void AssertWhole(SentWrite write)
    {
        if (write.FirstSeq is null && !_stored.ContainsKey(write.Memories[0].Coordinate))
        {
            Assert.DoesNotContain(write.Memories, memory => _stored.ContainsKey(memory.Coordinate));
            return;
        }

        var first = write.FirstSeq ?? _stored[write.Memories[0].Coordinate].Seq;
        for (var i = 0; i < write.Memories.Count; i++)
        {
            var memory = write.Memories[i];
            Assert.True(_stored.TryGetValue(memory.Coordinate, out var stored), $"{memory.Coordinate} (seq {first + i}) is lost");
            Assert.Equal((first + i, memory.Text), stored);
        }
    }
}
