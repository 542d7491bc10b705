using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Soma.Bench.Retrieval;

/// <summary>A running service, used over HTTP. Each conversation and arrangement gets a new namespace.</summary>
public sealed class HttpTarget(Uri url, string token) : IDisposable
{
    private const int BatchSize = 200;
    private const string NamespaceHeader = "X-Soma-Namespace";
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(5) };

    // Part of the namespaces' names, so that a second run does not find the memories of the first one.
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];

    /// <summary>Creates the namespace with these settings and stores the turns in order.</summary>
    public async Task StoreAsync(string space, object settings, IReadOnlyList<EvalMemory> memories)
    {
        ArgumentNullException.ThrowIfNull(memories);
        await SendAsync(HttpMethod.Put, $"namespaces/{Name(space)}", space, settings);
        for (var from = 0; from < memories.Count; from += BatchSize)
        {
            var items = memories.Skip(from).Take(BatchSize).Select((memory, i) => new { coord = Coordinate(from + i), payload = memory.Payload() });
            await SendAsync(HttpMethod.Post, "memories/batch", space, new { items });
        }
    }

    /// <summary>Links each turn to the one before it in its session.</summary>
    public async Task LinkAsync(string space, IReadOnlyList<EvalMemory> memories)
    {
        ArgumentNullException.ThrowIfNull(memories);
        for (var i = 1; i < memories.Count; i++)
        {
            if (memories[i].Session.ToString() == memories[i - 1].Session.ToString())
            {
                await SendAsync(HttpMethod.Post, "graph/link", space, new { from_coord = Coordinate(i), to_coord = Coordinate(i - 1), link_type = "follows" });
            }
        }
    }

    /// <summary>Waits until every memory of the namespace has its vector from the sentence model.</summary>
    public async Task WaitUntilRefinedAsync(string space)
    {
        while (true)
        {
            using var answer = JsonDocument.Parse(await SendAsync(HttpMethod.Post, "memories/search", space, new { query = "anything", top_k = 1 }));
            if (answer.RootElement.GetProperty("refining").GetInt32() == 0)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    /// <summary>Returns the hits, best first, as positions in the list of stored turns.</summary>
    public async Task<IReadOnlyList<int>> SearchAsync(string space, object search)
    {
        using var answer = JsonDocument.Parse(await SendAsync(HttpMethod.Post, "memories/search", space, search));
        return [.. answer.RootElement.GetProperty("memories").EnumerateArray()
            .Select(memory => (int)double.Parse(memory.GetProperty("coord").GetString() ?? "", CultureInfo.InvariantCulture))];
    }

    public void Dispose() => _http.Dispose();

    private static string Coordinate(int position) => position.ToString(CultureInfo.InvariantCulture);

    private string Name(string space) => $"{space}-{_run}";

    private async Task<string> SendAsync(HttpMethod method, string path, string space, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add(NamespaceHeader, Name(space));
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }
}
