using System.Text.Json.Nodes;

namespace Soma.Calibrating;

/// <summary>A namespace of a running service, as <c>soma calibrate</c> uses it.</summary>
internal sealed class CalibratedService(HttpClient http, NamespaceKey key, TimeProvider clock) : IDisposable
{
    private readonly ServedNamespace _service = new(http, key, clock);

    public async Task<JsonArray> ListAsync(int most, CancellationToken cancellationToken)
    {
        var memories = new JsonArray();
        for (string? cursor = ""; cursor is not null && memories.Count < most;)
        {
            var page = await _service.GetAsync($"memories?order=created&desc=true&limit=1000&cursor={Uri.EscapeDataString(cursor)}", cancellationToken);
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
        var found = await _service.SendAsync(new ServiceCall(HttpMethod.Post, "memories/search", search) { IsRead = true }, cancellationToken);
        var refining = (int)found["refining"]!;
        if (refining > 0 || (bool)found["degraded"]!)
        {
            throw new StartupException(ExitCode.Failed, refining > 0
                ? $"{key}: {refining} memories still wait for their vector. Run this again when \"refining\" of a search is 0."
                : $"{key}: the service answers without its embedder or a part of the memories (\"degraded\").");
        }

        return [.. found["memories"]!.AsArray().Select(hit => FoundMemory.Read(hit!))];
    }

    /// <summary>Writes the curve into the namespace's settings, and leaves the other settings as they are.</summary>
    public async Task WriteAsync(RelevanceCurve curve, CancellationToken cancellationToken)
    {
        var path = _service.Path;
        var settings = (await _service.GetAsync(path, cancellationToken)).AsObject();
        settings.Remove("name");
        settings.Remove("tenant");
        settings["relevance"] = new JsonObject
        {
            ["space"] = curve.Space,
            ["threshold"] = curve.Threshold,
            ["per_cosine"] = curve.PerCosine,
            ["per_cover"] = curve.PerCover,
        };
        await _service.SendAsync(new ServiceCall(HttpMethod.Put, path, settings) { IsIdempotent = true }, cancellationToken);
    }

    public void Dispose() => _service.Dispose();
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
