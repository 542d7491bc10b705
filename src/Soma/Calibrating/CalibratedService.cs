using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Soma.Grains;

namespace Soma.Calibrating;

/// <summary>A namespace of a running service, as <c>soma calibrate</c> uses it.</summary>
internal sealed class CalibratedService : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly Retrying<Attempt> _retrying;
    private readonly NamespaceKey _key;

    public CalibratedService(Uri url, NamespaceKey key, string token, TimeProvider clock)
    {
        _key = key;
        _retrying = new Retrying<Attempt>(FirstPause, LongestPause, attempt => attempt.IsBusy ? attempt.RetryAfter ?? TimeSpan.Zero : null, clock);
        _http = new HttpClient { BaseAddress = new Uri(url.AbsoluteUri.TrimEnd('/') + "/") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _http.DefaultRequestHeaders.Add("X-Soma-Tenant", key.Tenant);
        _http.DefaultRequestHeaders.Add("X-Soma-Namespace", key.Name);
    }

    public async Task<JsonArray> ListAsync(int most, CancellationToken cancellationToken)
    {
        var memories = new JsonArray();
        for (string? cursor = ""; cursor is not null && memories.Count < most;)
        {
            var page = await SendAsync(HttpMethod.Get, $"memories?order=created&desc=true&limit=1000&cursor={Uri.EscapeDataString(cursor)}", null, cancellationToken);
            foreach (var memory in page["memories"]!.AsArray())
            {
                memories.Add(memory!.DeepClone());
            }

            cursor = (string?)page["next_cursor"];
        }

        return memories;
    }

    /// <summary>Searches with all that explains the hits, and without their payloads.</summary>
    /// <exception cref="StartupException">Not all memories have their vector, so cosines of two kinds would be mixed.</exception>
    public async Task<IReadOnlyList<FoundMemory>> SearchAsync(JsonObject search, CancellationToken cancellationToken)
    {
        (search["explain"], search["exact"], search["include"]) = (true, true, new JsonArray());
        var found = await SendAsync(HttpMethod.Post, "memories/search", search, cancellationToken);
        var refining = (int)found["refining"]!;
        if (refining > 0 || (bool)found["degraded"]!)
        {
            throw new StartupException(ExitCode.Failed, refining > 0
                ? $"{_key}: {refining} memories still wait for their vector. Run this again when \"refining\" of a search is 0."
                : $"{_key}: the service answers without its embedder or a part of the memories (\"degraded\").");
        }

        return [.. found["memories"]!.AsArray().Select(hit => FoundMemory.Read(hit!))];
    }

    /// <summary>Writes the curve into the namespace's settings, and leaves the other settings as they are.</summary>
    public async Task WriteAsync(RelevanceCurve curve, CancellationToken cancellationToken)
    {
        var path = $"namespaces/{Uri.EscapeDataString(_key.Name)}";
        var settings = (await SendAsync(HttpMethod.Get, path, null, cancellationToken)).AsObject();
        settings.Remove("name");
        settings.Remove("tenant");
        settings["relevance"] = new JsonObject
        {
            ["space"] = curve.Space,
            ["threshold"] = curve.Threshold,
            ["per_cosine"] = curve.PerCosine,
            ["per_cover"] = curve.PerCover,
        };
        await SendAsync(HttpMethod.Put, path, settings, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var attempt = await _retrying.RunAsync(async attempt => await TryAsync(method, path, body, attempt), LongestWait, cancellationToken);
        return attempt.Answer ?? throw new StartupException(ExitCode.Failed, attempt.Problem);
    }

    private async Task<Attempt> TryAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? new Attempt(JsonNode.Parse(text), "", IsBusy: false, null)
                : new Attempt(
                    null,
                    $"{_http.BaseAddress} answered {(int)response.StatusCode}: {text.ReplaceLineEndings(" ")}",
                    response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable,
                    response.Headers.RetryAfter?.Delta);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException)
        {
            return new Attempt(null, $"{_http.BaseAddress} cannot be reached: {failure.Message}", IsBusy: false, null);
        }
    }

    private readonly record struct Attempt(JsonNode? Answer, string Problem, bool IsBusy, TimeSpan? RetryAfter);
}

/// <summary>A hit of a search, as far as relevance is concerned.</summary>
/// <param name="Coord">The memory's key.</param>
/// <param name="Space">The space of the namespace's own embedder; null: the memory has no vector of it.</param>
/// <param name="Cosine">The cosine in that space.</param>
/// <param name="Cover">The share of the query's words that stand in the memory or near it.</param>
/// <param name="ByTable">The relevance by the table's vectors; null: the table knows too little of the query.</param>
internal sealed record FoundMemory(string Coord, string? Space, double? Cosine, double Cover, double? ByTable)
{
    public static FoundMemory Read(JsonNode hit)
    {
        var parts = hit["explain"]!;
        return new FoundMemory(
            (string)hit["coord"]!, (string?)parts["text_space"], (double?)parts["text"], (double?)parts["relevance_cover"] ?? 0, (double?)parts["relevance_by_table"]);
    }
}
