using System.Text.Json.Nodes;

namespace Soma.Testing.Qdrant;

/// <summary>
/// Handles the requests that Soma sends, as Qdrant does, over collections in memory. Use it only under the stub's lock.
/// </summary>
internal sealed class StubRoutes
{
    private readonly Dictionary<string, StubCollection> _collections = [];
    private long _operation;

    public IEnumerable<StubPoint> Points => _collections.Values.SelectMany(collection => collection.Points.Values);

    public void Forget() => _collections.Clear();

    /// <summary>Handles a request that the contract allows.</summary>
    public StubAnswer Handle(string method, string[] path, IReadOnlyDictionary<string, string> query, JsonNode? body)
    {
        try
        {
            return Route(method, path, query, body ?? new JsonObject());
        }
        catch (StubRefusal refusal)
        {
            return StubAnswer.Error(refusal.Status, refusal.Message);
        }
    }

    private StubAnswer Route(string method, string[] path, IReadOnlyDictionary<string, string> query, JsonNode body)
    {
        if ((method, path) is ("GET", [_]))
        {
            return StubAnswer.Ok(new JsonObject
            {
                ["collections"] = new JsonArray([.. _collections.Keys.Select(name => new JsonObject { ["name"] = name })]),
            });
        }

        var name = path[1];
        var wait = query.GetValueOrDefault("wait") == "true";
        switch (method, string.Join('/', path.Skip(2)))
        {
            case ("GET", "exists"):
                return StubAnswer.Ok(new JsonObject { ["exists"] = _collections.ContainsKey(name) });
            case ("PUT", ""):
                return Create(name, body);
            case ("GET", ""):
                return Describe(Find(name));
            case ("DELETE", ""):
                return StubAnswer.Ok(_collections.Remove(name));
            case ("PUT", "index"):
                Find(name).Indexes[body["field_name"]!.GetValue<string>()] = body["field_schema"]?.DeepClone();
                return Updated(Find(name).Update(() => { }, wait));
            case ("PUT", "points"):
                return Upsert(Find(name), body, wait);
            case ("POST", "points/delete"):
                return Delete(Find(name), body, wait);
            case ("POST", "points"):
                return Read(Find(name), body);
            case ("POST", "points/query"):
                return StubAnswer.Ok(StubQueries.Answer(Find(name), body));
            case ("POST", "points/query/batch"):
                var collection = Find(name);
                return StubAnswer.Ok(new JsonArray([.. body["searches"]!.AsArray().Select(search => StubQueries.Answer(collection, search!))]));
            case ("POST", "points/count"):
                return StubAnswer.Ok(new JsonObject { ["count"] = Find(name).Points.Values.Count(point => StubFilter.Matches(body["filter"], point)) });
            case ("POST", "points/scroll"):
                return Scroll(Find(name), body);
            default:
                throw new StubRefusal(501, $"The stub does not do {method} {string.Join('/', path)}");
        }
    }

    private StubCollection Find(string name) =>
        _collections.GetValueOrDefault(name) ?? throw new StubRefusal(404, $"Not found: Collection `{name}` doesn't exist!");

    private StubAnswer Create(string name, JsonNode body)
    {
        if (_collections.ContainsKey(name))
        {
            throw new StubRefusal(409, $"Wrong input: Collection `{name}` already exists!");
        }

        _collections[name] = new StubCollection(body.DeepClone().AsObject());
        return StubAnswer.Ok(true);
    }

    private static StubAnswer Describe(StubCollection collection)
    {
        var parameters = new JsonObject
        {
            ["vectors"] = collection.Definition["vectors"]?.DeepClone(),
            ["sparse_vectors"] = collection.Definition["sparse_vectors"]?.DeepClone(),
            ["shard_number"] = 1,
        };
        return StubAnswer.Ok(new JsonObject
        {
            ["status"] = "green",
            ["points_count"] = collection.Points.Count,
            ["config"] = new JsonObject { ["params"] = parameters, ["hnsw_config"] = collection.Definition["hnsw_config"]?.DeepClone() },
            ["payload_schema"] = new JsonObject(collection.Indexes.Select(index => KeyValuePair.Create(index.Key, index.Value?.DeepClone()))),
        });
    }

    private StubAnswer Upsert(StubCollection collection, JsonNode body, bool wait)
    {
        var points = collection.Read(body);
        return Updated(collection.Update(() => collection.Put(points), wait));
    }

    private StubAnswer Delete(StubCollection collection, JsonNode body, bool wait) =>
        Updated(collection.Update(() => collection.Delete(body), wait));

    private static StubAnswer Read(StubCollection collection, JsonNode body) => StubAnswer.Ok(new JsonArray([.. body["ids"]!.AsArray()
        .Select(id => collection.Points.GetValueOrDefault(Guid.Parse(id!.GetValue<string>()))).OfType<StubPoint>()
        .Select(point => StubQueries.Show(point, body["with_payload"], score: null))]));

    private static StubAnswer Scroll(StubCollection collection, JsonNode body)
    {
        var from = body["offset"] is { } offset ? Guid.Parse(offset.GetValue<string>()) : Guid.Empty;
        var limit = body["limit"]?.GetValue<int>() ?? 10;
        var found = collection.Points.Values.Where(point => point.Id >= from && StubFilter.Matches(body["filter"], point))
            .OrderBy(point => point.Id).Take(limit + 1).ToList();
        return StubAnswer.Ok(new JsonObject
        {
            ["points"] = new JsonArray([.. found.Take(limit).Select(point => StubQueries.Show(point, body["with_payload"], score: null))]),
            ["next_page_offset"] = found.Count > limit ? found[limit].Id.ToString() : null,
        });
    }

    private StubAnswer Updated(string status) =>
        StubAnswer.Ok(new JsonObject { ["operation_id"] = Interlocked.Increment(ref _operation), ["status"] = status });
}
