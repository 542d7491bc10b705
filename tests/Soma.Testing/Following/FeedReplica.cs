using System.Globalization;
using System.Text.Json;

namespace Soma.Testing.Following;

/// <summary>A namespace that a consumer rebuilds from the changes it gets over HTTP, and nothing else.</summary>
public sealed class FeedReplica
{
    private readonly Dictionary<string, JsonElement> _memories = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To, string Type), JsonElement> _links = [];
    private double _largestImportance;

    /// <summary>The consumer's place.</summary>
    public long Seq { get; private set; }

    public IEnumerable<string> Keys => _memories.Keys.Concat(_links.Keys.Select(link => link.From)).Distinct();

    /// <summary>Applies the next change.</summary>
    /// <exception cref="InvalidOperationException">The change is not the next one: there is a gap, or it came before.</exception>
    public void Apply(JsonElement change)
    {
        var seq = change.GetProperty("seq").GetInt64();
        if (seq != Seq + 1)
        {
            throw new InvalidOperationException($"After seq {Seq} came seq {seq}.");
        }

        Seq = seq;
        var coord = change.GetProperty("coord").GetString()!;
        switch (change.GetProperty("op").GetString())
        {
            case "put":
                _memories[coord] = change.Clone();
                _largestImportance = Math.Max(_largestImportance, change.GetProperty("importance").GetDouble());
                break;
            case "delete":
                _memories.Remove(coord);
                foreach (var link in _links.Keys.Where(link => link.From == coord || link.To == coord).ToArray())
                {
                    _links.Remove(link);
                }

                break;
            case "link":
                _links[LinkOf(coord, change)] = change.Clone();
                break;
            case "unlink":
                _links.Remove(LinkOf(coord, change));
                break;
        }
    }

    /// <summary>The memories, one line each, ordered by key.</summary>
    public string DescribeMemories() => string.Join('\n', _memories.Values.Select(DescribeOwn).Order(StringComparer.Ordinal));

    /// <summary>The links, one line each. A link from a key to itself is left out, because a walk over links does not show it.</summary>
    public string DescribeLinks() => string.Join('\n', _links.Where(link => link.Key.From != link.Key.To).Select(link => link.Value).Select(link => Describe(
        link.GetProperty("coord").GetString()!, link.GetProperty("link_to").GetString()!, link)).Order(StringComparer.Ordinal));

    /// <summary>What the service lists, in the same form.</summary>
    public static async Task<string> DescribeMemoriesOfAsync(HttpClient client)
    {
        var lines = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            using var page = JsonDocument.Parse(await client.GetStringAsync($"memories?limit=100{(cursor.Length > 0 ? "&cursor=" + cursor : "")}"));
            lines.AddRange(page.RootElement.GetProperty("memories").EnumerateArray().Select(memory => Describe(
                memory, memory.GetProperty("updated_at"), memory.GetProperty("seq").GetInt64(), memory.GetProperty("importance_norm").GetDouble())));
            cursor = page.RootElement.GetProperty("next_cursor").GetString();
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    /// <summary>The links that the service shows at these keys, in the same form.</summary>
    public static async Task<string> DescribeLinksOfAsync(HttpClient client, IEnumerable<string> keys)
    {
        var lines = new List<string>();
        foreach (var key in keys)
        {
            using var answer = JsonDocument.Parse(await client.GetStringAsync($"graph/neighbors?limit=1000&coord={Uri.EscapeDataString(key)}"));
            lines.AddRange(answer.RootElement.GetProperty("neighbors").EnumerateArray().Select(link => Describe(key, link.GetProperty("coord").GetString()!, link)));
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private static (string From, string To, string Type) LinkOf(string from, JsonElement change) =>
        (from, change.GetProperty("link_to").GetString()!, change.GetProperty("link_type").GetString()!);

    private string DescribeOwn(JsonElement change) => Describe(
        change, change.GetProperty("at"), change.GetProperty("seq").GetInt64(),
        _largestImportance > 0 ? Math.Clamp(change.GetProperty("importance").GetDouble() / _largestImportance, 0, 1) : 0);

    private static string Describe(JsonElement memory, JsonElement updated, long seq, double norm) => string.Create(
        CultureInfo.InvariantCulture,
        $"{memory.GetProperty("coord").GetString()} {seq} {memory.GetProperty("version").GetInt64()} {memory.GetProperty("memory_type").GetString()} {memory.GetProperty("importance").GetDouble()} {norm} {memory.GetProperty("created_at").GetString()} {updated.GetString()} {(memory.TryGetProperty("expires_at", out var end) ? end.GetString() : null)} {(memory.TryGetProperty("payload", out var payload) ? payload.GetRawText() : "none")}");

    private static string Describe(string from, string to, JsonElement link) => string.Create(
        CultureInfo.InvariantCulture,
        $"{from} {to} {link.GetProperty("link_type").GetString()} {link.GetProperty("strength").GetDouble()} {link.GetProperty("metadata").GetRawText()}");
}
