using System.Text.Json;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.LangGraph;

/// <summary>The requests as LangGraph's clients send them.</summary>
internal static class LangGraphCalls
{
    public static async Task PutAsync(this HttpClient client, string[] labels, string key, string value, string? more = null)
    {
        var body = $$"""{"namespace":{{JsonSerializer.Serialize(labels)}},"key":{{JsonSerializer.Serialize(key)}},"value":{{value}}{{(more is null ? "" : "," + more)}}}""";
        var answer = await client.CallAsync(HttpMethod.Put, "/store/items", body);
        Assert.Equal((204, ""), (answer.Status, answer.Text));
    }

    public static async Task<JsonElement> GetItemAsync(this HttpClient client, string labels, string key)
    {
        var answer = await client.GetAnswerAsync($"/store/items?namespace={Uri.EscapeDataString(labels)}&key={Uri.EscapeDataString(key)}");
        Assert.Equal(200, answer.Status);
        return JsonDocument.Parse(answer.Text).RootElement;
    }

    /// <param name="more">The other fields, as an object.</param>
    public static async Task<List<JsonElement>> SearchAsync(this HttpClient client, string[] labels, string more)
    {
        var body = $$"""{"namespace_prefix":{{JsonSerializer.Serialize(labels)}},{{more.Trim()[1..]}}""".Replace(",}", "}", StringComparison.Ordinal);
        var answer = await client.PostAnswerAsync("/store/items/search", body);
        Assert.True(answer.Status == 200, answer.Text);
        return [.. JsonDocument.Parse(answer.Text).RootElement.GetProperty("items").EnumerateArray()];
    }

    /// <summary>The keys of what is found, sorted.</summary>
    public static async Task<List<string>> FindAsync(this HttpClient client, string[] labels, string more) =>
        [.. (await client.SearchAsync(labels, more)).Select(item => item.GetProperty("key").GetString()!).Order(StringComparer.Ordinal)];

    public static async Task<string> MakeKeyAsync(this SomaHost host, string space, params string[] scopes)
    {
        using var root = host.NewClient();
        var made = await root.PostAnswerAsync("/keys", new { name = "langgraph", namespaces = new[] { space }, scopes });
        return JsonDocument.Parse(made.Text).RootElement.GetProperty("key").GetString()!;
    }
}
