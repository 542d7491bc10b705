using System.Text.Json.Nodes;

namespace Soma.Testing.Qdrant;

/// <summary>Searches a collection exactly, without a graph.</summary>
internal static class StubQueries
{
    private const int DefaultLimit = 10;

    /// <summary>Qdrant's default for k in reciprocal rank fusion, 1 / (k + rank).</summary>
    private const double DefaultRankConstant = 2;

    public static JsonObject Answer(StubCollection collection, JsonNode request)
    {
        var points = Rank(collection, request).Select(hit => Show(hit.Point, request["with_payload"], hit.Score)).ToArray<JsonNode?>();
        return new JsonObject { ["points"] = new JsonArray(points) };
    }

    public static JsonObject Show(StubPoint point, JsonNode? withPayload, double? score)
    {
        var shown = new JsonObject { ["id"] = point.Id.ToString() };
        if (score is { } number)
        {
            shown["version"] = point.Version;
            shown["score"] = (float)number;
        }

        if (withPayload is JsonArray keys)
        {
            shown["payload"] = new JsonObject(point.Payload
                .Where(field => keys.Any(key => key!.GetValue<string>() == field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        }
        else if (withPayload?.GetValue<bool>() == true)
        {
            shown["payload"] = point.Payload.DeepClone();
        }

        return shown;
    }

    private static List<(StubPoint Point, double Score)> Rank(StubCollection collection, JsonNode request)
    {
        var prefetched = request["prefetch"] switch
        {
            JsonArray many => many.Select(part => Rank(collection, part!)).ToList(),
            JsonObject one => [Rank(collection, one)],
            _ => null,
        };
        IEnumerable<(StubPoint Point, double Score)> ranked = prefetched is null
            ? Score(collection, collection.Points.Values, request)
            : request["query"] is JsonObject query && (query["fusion"] ?? query["rrf"]) is { } fusion
                ? Fuse(prefetched, fusion)
                : Score(collection, prefetched.SelectMany(part => part).Select(hit => hit.Point).DistinctBy(point => point.Id), request);
        var threshold = request["score_threshold"]?.GetValue<float>();
        return [.. ranked
            .Where(hit => StubFilter.Matches(request["filter"], hit.Point) && (threshold is null || hit.Score >= threshold))
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Point.Id)
            .Skip(request["offset"]?.GetValue<int>() ?? 0).Take(request["limit"]?.GetValue<int>() ?? DefaultLimit)];
    }

    private static IEnumerable<(StubPoint Point, double Score)> Score(StubCollection collection, IEnumerable<StubPoint> points, JsonNode request)
    {
        var name = request["using"]?.GetValue<string>() ?? "";
        switch (request["query"])
        {
            case JsonArray numbers:
                var dense = collection.ReadDense(name, numbers);
                return points.Where(point => point.Dense.ContainsKey(name)).Select(point => (point, Cosine(dense, point.Dense[name])));
            case JsonObject vector:
                var weights = Weigh(collection, name, collection.ReadSparse(name, vector["nearest"] ?? vector));
                return points.Where(point => point.Sparse.TryGetValue(name, out var own) && own.Keys.Any(weights.ContainsKey))
                    .Select(point => (point, point.Sparse[name].Sum(term => term.Value * weights.GetValueOrDefault(term.Key))));
            default:
                return points.Select(point => (point, 0.0));
        }
    }

    // The rarity of a term (IDF) is computed over all points of the collection, of all tenants, as Qdrant does.
    private static Dictionary<uint, double> Weigh(StubCollection collection, string name, Dictionary<uint, float> query)
    {
        if (collection.Definition["sparse_vectors"]?[name]?["modifier"]?.GetValue<string>() != "idf")
        {
            return query.ToDictionary(term => term.Key, term => (double)term.Value);
        }

        var all = collection.Points.Values.Where(point => point.Sparse.ContainsKey(name)).Select(point => point.Sparse[name]).ToList();
        return query.ToDictionary(term => term.Key, term =>
        {
            var having = all.Count(own => own.ContainsKey(term.Key));
            return term.Value * Math.Log(1 + ((all.Count - having + 0.5) / (having + 0.5)));
        });
    }

    private static IEnumerable<(StubPoint Point, double Score)> Fuse(List<List<(StubPoint Point, double Score)>> parts, JsonNode fusion)
    {
        var constant = (fusion as JsonObject)?["k"]?.GetValue<double>() ?? DefaultRankConstant;
        return parts.SelectMany(part => part.Select((hit, rank) => (hit.Point, Score: 1 / (constant + rank))))
            .GroupBy(hit => hit.Point.Id).Select(hits => (hits.First().Point, hits.Sum(hit => hit.Score)));
    }

    private static double Cosine(float[] left, float[] right)
    {
        var (dot, lengths) = (0.0, Math.Sqrt(left.Sum(x => (double)x * x)) * Math.Sqrt(right.Sum(x => (double)x * x)));
        for (var i = 0; i < left.Length; i++)
        {
            dot += (double)left[i] * right[i];
        }

        return lengths == 0 ? 0 : dot / lengths;
    }
}
