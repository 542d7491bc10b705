using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>Makes the requests of the load.</summary>
/// <remarks>
/// Every request has a body, even a delete. When a connection ends, the HTTP client silently repeats requests without a
/// body, and the history would miss the second attempt.
/// </remarks>
internal static class Requests
{
    private const string Consonants = "bcdfghjkmn";

    /// <summary>
    /// More than the number of coordinates in a namespace. An answer that still leaves memories out must say so.
    /// </summary>
    public const int Limit = 100;

    /// <summary>A word that all versions of one memory contain and no other memory does.</summary>
    public static string SpotWord(string coordinate) => WordOf("sp" + coordinate.Replace(".0", "", StringComparison.Ordinal));

    /// <summary>The id with a consonant for each digit: a search for a word with digits also finds its parts, and a word without vowels has no other stem.</summary>
    public static string WordOf(string id) => string.Concat(id.Select(character => char.IsAsciiDigit(character) ? Consonants[character - '0'] : character));

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

    /// <param name="word">The word to search for.</param>
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
