using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Soma.Bench.Retrieval;

/// <summary>A running service, over HTTP: one fresh namespace a conversation.</summary>
public sealed class HttpTarget(Uri url, string token) : IRetrievalTarget
{
    private const string NamespaceHeader = "X-Soma-Namespace";
    private readonly HttpClient _http = new() { BaseAddress = url };

    // A second run must not find the first one's memories.
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];

    public async Task StoreAsync(string conversation, IReadOnlyList<EvalMemory> memories)
    {
        ArgumentNullException.ThrowIfNull(memories);
        for (var i = 0; i < memories.Count; i++)
        {
            var body = new { coord = i.ToString(CultureInfo.InvariantCulture), payload = memories[i].Payload() };
            using var response = await SendAsync("memories", conversation, body);
        }
    }

    public async Task<IReadOnlyList<int>> SearchAsync(string conversation, string query, int topK)
    {
        using var response = await SendAsync("memories/search", conversation, new { query, top_k = topK });
        using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
        return [.. answer.RootElement.GetProperty("memories").EnumerateArray()
            .Select(memory => (int)double.Parse(memory.GetProperty("coord").GetString() ?? "", CultureInfo.InvariantCulture))];
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, string conversation, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add(NamespaceHeader, $"{conversation}-{_run}");
        var response = await _http.SendAsync(request);
        return response.EnsureSuccessStatusCode();
    }
}
