using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Clients;

/// <summary>Sends what SomaBrain's memory and graph clients send, and reads of the answers what they read.</summary>
internal sealed class SomaBrainClient : IDisposable
{
    public const string Universe = "real";

    private readonly HttpClient _http;
    private int _calls;

    /// <param name="space">E.g. <c>somabrain:acme</c>: the part after the last colon becomes the tenant.</param>
    public SomaBrainClient(SomaHost host, string space)
    {
        Tenant = space[(space.LastIndexOf(':') + 1)..];
        _http = host.NewAnonymousClient();
        foreach (var (name, value) in new[]
        {
            ("Authorization", $"Bearer {SomaHost.Token}"),
            ("X-API-Key", SomaHost.Token),
            ("X-Auth-Token", SomaHost.Token),
            ("X-Soma-Namespace", space),
            ("X-Soma-Tenant", Tenant),
            ("User-Agent", "python-httpx/0.27.0"),
            ("Accept", "*/*"),
        })
        {
            _http.DefaultRequestHeaders.Add(name, value);
        }
    }

    public string Tenant { get; }

    public Task<Answer> PostAsync(string target, JsonNode body) => _http.PostAnswerAsync(target, body.ToJsonString(), PerCall());

    public Task<Answer> GetAsync(string target) => _http.CallAsync(HttpMethod.Get, target, null, PerCall());

    /// <summary>Anything below 300 is success to it.</summary>
    public async Task<double[]?> RememberAsync(double[] coordinate, JsonObject payload, string memoryType = "episodic")
    {
        var answer = await PostAsync("/memories", new JsonObject
        {
            ["coord"] = Comma(coordinate),
            ["payload"] = payload.DeepClone(),
            ["memory_type"] = memoryType,
            ["type"] = memoryType,
        });
        Assert.True(answer.Status < 300, answer.Text);
        return SomaBrainHit.ReadCoordinate(answer.Json);
    }

    /// <param name="extra">Further members of the body, e.g. <c>filters</c>.</param>
    public async Task<List<SomaBrainHit>> RecallAsync(string query, int topK, JsonObject? extra = null)
    {
        var body = extra?.DeepClone().AsObject() ?? [];
        body["query"] = query;
        body["top_k"] = topK;
        var answer = await PostAsync("/memories/search", body);
        Assert.True(answer.Status < 300, answer.Text);
        // It drops what belongs to another universe.
        return [.. SomaBrainHit.ReadAll(answer.Json).Where(hit =>
            !hit.Payload.TryGetProperty("universe", out var universe) || universe.GetString() == Universe)];
    }

    /// <summary>Null for a 404.</summary>
    public async Task<JsonElement?> FetchAsync(double[] coordinate)
    {
        var answer = await GetAsync($"/memories/{Comma(coordinate)}");
        if (answer.Status == 404)
        {
            return null;
        }

        var root = answer.Ok().Json;
        return root.TryGetProperty("payload", out var payload) ? payload
            : root.GetProperty("memory") is var memory && memory.TryGetProperty("payload", out var inner) ? inner : memory;
    }

    public async Task<bool> LinkAsync(double[] from, double[] to, string linkType, double strength, JsonObject? metadata = null)
    {
        var body = new JsonObject
        {
            ["from_coord"] = Comma(from),
            ["to_coord"] = Comma(to),
            ["link_type"] = linkType,
            ["strength"] = strength,
        };
        if (metadata is not null)
        {
            body["metadata"] = metadata;
        }

        return (await PostAsync("/graph/link", body)).Status == 200;
    }

    public async Task<List<SomaBrainNeighbor>> NeighborsAsync(double[] of, int kHop, int limit, string? linkType = null)
    {
        var type = linkType is null ? "" : $"&link_type={linkType}";
        var answer = await GetAsync($"/graph/neighbors?coord={Uri.EscapeDataString(Comma(of))}&k_hop={kHop}&limit={limit}{type}");
        return [.. answer.Ok()["neighbors"].EnumerateArray().Select(item => new SomaBrainNeighbor(
            Numbers(item.GetProperty("coord").GetString()!), item.GetProperty("link_type").GetString()!, item.GetProperty("strength").GetDouble()))];
    }

    /// <summary>Empty where <c>found</c> is false.</summary>
    public async Task<List<double[]>> FindPathAsync(double[] from, double[] to, int maxLength)
    {
        var answer = await GetAsync(
            $"/graph/path?from_coord={Uri.EscapeDataString(Comma(from))}&to_coord={Uri.EscapeDataString(Comma(to))}&max_length={maxLength}");
        return answer.Ok()["found"].GetBoolean()
            ? [.. answer["path"].EnumerateArray().Select(point => Numbers(point.GetString()!))]
            : [];
    }

    public void Dispose() => _http.Dispose();

    /// <summary>As Python joins floats.</summary>
    public static string Comma(double[] numbers) => string.Join(',', numbers.Select(PythonFloat.Format));

    private static double[] Numbers(string text) => [.. text.Split(',').Select(piece => double.Parse(piece.Trim(), CultureInfo.InvariantCulture))];

    private (string, string)[] PerCall() =>
    [
        ("X-Request-ID", $"3f0c7a52-8d1e-4a0b-9c55-0b1f6f1c2d3e:{Interlocked.Increment(ref _calls)}"),
        ("X-Universe", Universe),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ("tracestate", "somabrain=1"),
    ];
}
