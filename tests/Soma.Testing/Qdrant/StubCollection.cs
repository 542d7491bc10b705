using System.Text.Json.Nodes;

namespace Soma.Testing.Qdrant;

/// <summary>A collection in memory: its definition and its points. Access it only under the stub's lock.</summary>
internal sealed class StubCollection(JsonObject definition)
{
    private readonly List<Action> _acknowledged = [];
    private long _version;

    public Dictionary<Guid, StubPoint> Points { get; } = [];

    public JsonObject Definition => definition;

    /// <summary>The indexed fields by name.</summary>
    public Dictionary<string, JsonNode?> Indexes { get; } = [];

    /// <summary>
    /// Applies an update. With <paramref name="wait"/> it is applied now, after all earlier updates; without, together
    /// with the next update that waits.
    /// </summary>
    /// <returns>The status of the answer.</returns>
    public string Update(Action update, bool wait)
    {
        _acknowledged.Add(update);
        if (!wait)
        {
            return "acknowledged";
        }

        foreach (var next in _acknowledged)
        {
            next();
        }

        _acknowledged.Clear();
        return "completed";
    }

    /// <summary>Reads the points of an upsert and checks them as a server does.</summary>
    public IReadOnlyList<StubPoint> Read(JsonNode body) => [.. body["points"]!.AsArray().Select(point => ReadPoint(point!))];

    public void Put(IReadOnlyList<StubPoint> points)
    {
        foreach (var point in points)
        {
            Points[point.Id] = point with { Version = ++_version };
        }
    }

    public void Delete(JsonNode selection)
    {
        var ids = selection["points"] is JsonArray listed
            ? listed.Select(id => Guid.Parse(id!.GetValue<string>())).ToList()
            : [.. Points.Values.Where(point => StubFilter.Matches(selection["filter"], point)).Select(point => point.Id)];
        foreach (var id in ids)
        {
            Points.Remove(id);
        }
    }

    private StubPoint ReadPoint(JsonNode point)
    {
        var dense = new Dictionary<string, float[]>();
        var sparse = new Dictionary<string, Dictionary<uint, float>>();
        foreach (var (name, vector) in point["vector"]!.AsObject())
        {
            if (vector is JsonArray numbers)
            {
                dense[name] = ReadDense(name, numbers);
            }
            else
            {
                sparse[name] = ReadSparse(name, vector!);
            }
        }

        return new StubPoint(
            Guid.Parse(point["id"]!.GetValue<string>()), dense, sparse, (JsonObject?)point["payload"]?.DeepClone() ?? [], Version: 0);
    }

    public float[] ReadDense(string name, JsonArray numbers)
    {
        var expected = definition["vectors"]?[name]?["size"]?.GetValue<int>()
            ?? throw new StubRefusal(400, $"Wrong input: Not existing vector name error: {name}");
        return numbers.Count == expected
            ? [.. numbers.Select(number => number!.GetValue<float>())]
            : throw new StubRefusal(400, $"Wrong input: Vector dimension error: expected dim: {expected}, got {numbers.Count}");
    }

    public Dictionary<uint, float> ReadSparse(string name, JsonNode vector)
    {
        if (definition["sparse_vectors"]?[name] is null)
        {
            throw new StubRefusal(400, $"Wrong input: Not existing vector name error: {name}");
        }

        var places = vector["indices"]!.AsArray().Select(place => place!.GetValue<uint>()).ToList();
        var values = vector["values"]!.AsArray().Select(value => value!.GetValue<float>()).ToList();
        if (places.Count != values.Count || places.Distinct().Count() != places.Count)
        {
            throw new StubRefusal(422, "Validation error in JSON body: indices must be unique, and as many as values");
        }

        return places.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
    }
}
