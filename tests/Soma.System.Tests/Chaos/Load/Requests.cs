using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>What the load sends.</summary>
/// <remarks>
/// Every request has a body, deletes too: the HTTP client sends those without one again by itself when a connection ends
/// under them, and the history would miss the second sending.
/// </remarks>
internal static class Requests
{
    /// <summary>More than any namespace of a run has coordinates: an answer that leaves something out says so.</summary>
    public const int Limit = 100;

    /// <summary>The word that all versions of one memory have in common, and no other memory has.</summary>
    public static string SpotWord(string coordinate) => "spot" + coordinate.Replace(".0", "", StringComparison.Ordinal);

    public static HttpRequestMessage Store(SentRow row) => Make(HttpMethod.Post, "/memories", Item(row));

    public static HttpRequestMessage Batch(IReadOnlyList<SentRow> rows) =>
        Make(HttpMethod.Post, "/memories/batch", new JsonObject { ["items"] = new JsonArray([.. rows.Select(Item)]) });

    public static HttpRequestMessage Patch(SentRow row) =>
        Make(HttpMethod.Patch, $"/memories/{row.Coordinate}", new JsonObject { ["payload"] = Payload(row) });

    public static HttpRequestMessage Delete(SentRow row) => Make(HttpMethod.Delete, $"/memories/{row.Coordinate}", []);

    public static HttpRequestMessage Link(SentRow row) => Make(
        HttpMethod.Post,
        "/graph/link",
        new JsonObject { ["from_coord"] = row.Coordinate, ["to_coord"] = row.Coordinate, ["link_type"] = row.Marker });

    public static HttpRequestMessage Get(string coordinate) => new(HttpMethod.Get, $"/memories/{coordinate}");

    public static HttpRequestMessage List() => new(HttpMethod.Get, $"/memories?limit={Limit}");

    /// <param name="word">What is searched for.</param>
    /// <param name="mode"><c>keyword</c>, or null for the default.</param>
    public static HttpRequestMessage Search(string word, string? mode)
    {
        var search = new JsonObject { ["query"] = word, ["top_k"] = Limit };
        if (mode is not null)
        {
            search["mode"] = mode;
        }

        return Make(HttpMethod.Post, "/memories/search", search);
    }

    private static JsonObject Item(SentRow row) => new() { ["coord"] = row.Coordinate, ["payload"] = Payload(row) };

    private static JsonObject Payload(SentRow row) =>
        new() { ["text"] = $"{SpotWord(row.Coordinate)} {row.Marker}", ["marker"] = row.Marker };

    private static HttpRequestMessage Make(HttpMethod method, string path, JsonObject body) =>
        new(method, path) { Content = JsonContent.Create(body, options: JsonSerializerOptions.Default) };
}
