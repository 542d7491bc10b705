using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Soma.Testing;

namespace Soma.System.Tests.Archives;

/// <summary>
/// Fills namespaces through the service, and records the service's answers about them, to compare them with later
/// answers.
/// </summary>
internal static class Observed
{
    private static readonly string[] Questions = ["where is the kettle?", "trains", "an invoice that was late", "\"blue cupboard\""];

    private static readonly string[] Payloads =
    [
        """{"text":"The kettle is in the blue cupboard","n":1.0}""",
        """{ "text" : "Ada prefers trains over planes",  "mood":"\u00e9" }""",
        "{\n  \"text\": \"The invoice of March was paid late\",\n  \"speaker\": \"Ben\"\n}",
        """{"text":"A cup of tea at five","session_id":"s1"}""",
        """{"deep":{"er":[1,2,{"est":null}]},"content":"Größe 🎉"}""",
    ];

    /// <summary>
    /// Writes several versions, a deleted memory, a memory that is stored again after a delete, brought vectors and
    /// links.
    /// </summary>
    public static async Task FillAsync(HttpClient client, string space)
    {
        for (var i = 0; i < Payloads.Length; i++)
        {
            await SendAsync(client, HttpMethod.Post, "/memories", space, $$"""{"coord":"1,{{i}}","payload":{{Payloads[i]}},"memory_type":"semantic"}""");
        }

        await SendAsync(client, HttpMethod.Post, "/memories", space, """{"coord":"1,0","payload":{"text":"The kettle is in the blue cupboard now"},"importance":3}""");
        await SendAsync(client, HttpMethod.Post, "/memories", space, """{"coord":"2,0","payload":{"text":"gone"}}""");
        await SendAsync(client, HttpMethod.Post, "/memories", space, """{"coord":"2,1","payload":{"text":"a vector of its own"},"embedding":[0.5,0.25,-1]}""");
        await SendAsync(client, HttpMethod.Post, "/graph/link", space, """{"from_coord":"1,0","to_coord":"1,1","link_type":"near","strength":0.5,"metadata":{"why":"both"}}""");
        await SendAsync(client, HttpMethod.Post, "/graph/link", space, """{"from_coord":"1,0","to_coord":"2,0"}""");
        await SendAsync(client, HttpMethod.Post, "/graph/link", space, """{"from_coord":"1,1","to_coord":"1,2"}""");
        await SendAsync(client, HttpMethod.Delete, "/memories/2,0", space, null);
        await SendAsync(client, HttpMethod.Delete, "/memories/1,3", space, null);
        await SendAsync(client, HttpMethod.Post, "/memories", space, """{"coord":"1,3","payload":{"text":"tea again"}}""");
        await SendAsync(client, HttpMethod.Post, "/memories", space, """{"id":"team/ü 50%2F🦔","payload":{"text":"a note that is named"}}""");
        await SendAsync(client, HttpMethod.Post, "/memories", space, """{"coord":"@..","payload":{"text":"an odd name"}}""");
        await SendAsync(client, HttpMethod.Post, "/memories", space, """{"id":"gone","payload":{"text":"gone"}}""");
        await SendAsync(client, HttpMethod.Post, "/graph/link", space, """{"from_coord":"1,0","to_coord":"@team/ü 50%2F🦔","link_type":"named"}""");
        await SendAsync(client, HttpMethod.Delete, "/memories/@gone", space, null);
    }

    /// <summary>Waits until every memory has its vector from the sentence model.</summary>
    public static Task WaitForRefinedAsync(HttpClient client, string space) => Eventually.TrueAsync(
        async () => (await AskAsync(client, space, "tea")).Contains("\"refining\":0", StringComparison.Ordinal), TimeSpan.FromSeconds(60));

    /// <summary>Records payloads byte by byte, versions and seqs, answers to searches, and neighbours.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(HttpClient client, string space)
    {
        var lines = new List<string>();
        foreach (var coordinate in (string[])["1,0", "1,1", "1,2", "1,3", "1,4", "2,0", "2,1", "@team%2F%C3%BC%2050%252F%F0%9F%A6%94", "@..", "@gone"])
        {
            lines.Add(await GetAsync(client, space, coordinate));
        }

        foreach (var question in Questions)
        {
            lines.Add(await AskAsync(client, space, question));
        }

        lines.Add(await SendAsync(client, HttpMethod.Post, "/memories/search", space, """{"embedding":[1,0,0],"query":""}"""));
        lines.Add(await SendAsync(client, HttpMethod.Get, "/graph/neighbors?coord=1,0&k_hop=3&direction=both", space, null));
        lines.Add(await SendAsync(client, HttpMethod.Get, $"/namespaces/{space}", space, null));
        return lines;
    }

    public static async Task<string> GetAsync(HttpClient client, string space, string coordinate)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/memories/{coordinate}");
        request.Headers.Add("X-Soma-Namespace", space);
        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (!answer.IsSuccessStatusCode)
        {
            return $"{coordinate}: {(int)answer.StatusCode}";
        }

        var memory = body.GetProperty("memory");
        return $"{coordinate}: {memory.GetProperty("payload").GetRawText()} {memory.GetProperty("version")} {memory.GetProperty("seq")} {memory.GetProperty("created_at")} {memory.GetProperty("updated_at")} {memory.GetProperty("importance")}";
    }

    public static async Task<string> SendAsync(HttpClient client, HttpMethod method, string path, string space, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Soma-Namespace", space);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }

    private static Task<string> AskAsync(HttpClient client, string space, string question) =>
        SendAsync(client, HttpMethod.Post, "/memories/search", space, JsonSerializer.Serialize(new { query = question, top_k = 10, exact = true }));
}
