using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using Soma.Client;

namespace Soma.VectorData;

/// <summary>How the records of a collection lie in memories.</summary>
internal sealed class RecordMap
{
    private readonly VectorStoreVectorProperty? _vector;
    private readonly IReadOnlyDictionary<string, VectorStoreDataProperty> _data;

    public RecordMap(VectorStoreCollectionDefinition definition)
    {
        Key = definition.Properties.OfType<VectorStoreKeyProperty>().SingleOrDefault()
            ?? throw new NotSupportedException("A record has one key property.");
        var vectors = definition.Properties.OfType<VectorStoreVectorProperty>().ToList();
        if (vectors.Count > 1 || (Key.Type is { } type && type != typeof(string) && type != typeof(Guid)))
        {
            throw new NotSupportedException("A record has a key of the type string or Guid, and at most one vector property.");
        }

        _vector = vectors.SingleOrDefault();
        _data = definition.Properties.OfType<VectorStoreDataProperty>().ToDictionary(property => property.Name);
    }

    public VectorStoreKeyProperty Key { get; }

    public string IdOf(object? key) => key switch
    {
        string text => text,
        Guid id => id.ToString(),
        null => throw new ArgumentException($"The record has no {Key.Name}."),
        _ => throw new NotSupportedException($"A key is a string or a Guid, not {key.GetType().Name}."),
    };

    /// <summary>How filters name the property; null: there is no such property, or none that can be compared.</summary>
    public string? FieldOf(string property) =>
        property == Key.Name ? "id" : _data.TryGetValue(property, out var data) ? $"payload.{data.StorageName ?? property}" : null;

    public StoreMemory ToMemory(Dictionary<string, object?> record)
    {
        var payload = new JsonObject();
        foreach (var (name, property) in _data)
        {
            // What is null is left out, so that a filter finds it missing.
            if (record.TryGetValue(name, out var value) && value is not null)
            {
                payload[property.StorageName ?? name] = NodeOf(value);
            }
        }

        record.TryGetValue(Key.Name, out var key);
        var vector = _vector is not null && record.TryGetValue(_vector.Name, out var given) ? given : null;
        return new StoreMemory
        {
            Id = IdOf(key),
            Payload = payload,
            Text = vector as string,
            Embedding = vector is null or string ? (ReadOnlyMemory<float>?)null : VectorOf(vector) ?? throw new NotSupportedException($"{vector.GetType().Name} is no vector of floats."),
        };
    }

    public Dictionary<string, object?> ToRecord(string? id, JsonObject payload, ReadOnlyMemory<float>? vector)
    {
        var record = new Dictionary<string, object?> { [Key.Name] = Key.Type == typeof(Guid) && id is not null ? Guid.Parse(id) : id };
        foreach (var (name, property) in _data)
        {
            record[name] = payload[property.StorageName ?? name] is { } node ? ValueOf(node, property.Type ?? typeof(string)) : null;
        }

        if (_vector is not null && vector is not null)
        {
            record[_vector.Name] = vector;
        }

        return record;
    }

    public static ReadOnlyMemory<float>? VectorOf(object value) => value switch
    {
        ReadOnlyMemory<float> memory => memory,
        float[] array => array,
        Embedding<float> embedding => embedding.Vector,
        // Without the cast the null would be an array that is missing, and so an empty vector.
        _ => (ReadOnlyMemory<float>?)null,
    };

    public static JsonNode? NodeOf(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag,
        int number => number,
        long number => number,
        short number => number,
        byte number => number,
        float number => number,
        double number => number,
        decimal number => number,
        Guid id => id.ToString(),
        DateTime time => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("O", CultureInfo.InvariantCulture),
        IEnumerable<string> texts => new JsonArray([.. texts.Select(text => (JsonNode?)text)]),
        _ => throw new NotSupportedException($"A property of the type {value.GetType().Name} is not supported."),
    };

    private static object? ValueOf(JsonNode node, Type type) => Nullable.GetUnderlyingType(type) is { } inner ? ValueOf(node, inner) : type switch
    {
        _ when type == typeof(string) => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString(),
        _ when type == typeof(bool) => node.GetValue<bool>(),
        _ when type == typeof(int) => node.GetValue<int>(),
        _ when type == typeof(long) => node.GetValue<long>(),
        _ when type == typeof(short) => node.GetValue<short>(),
        _ when type == typeof(byte) => node.GetValue<byte>(),
        _ when type == typeof(float) => node.GetValue<float>(),
        _ when type == typeof(double) => node.GetValue<double>(),
        _ when type == typeof(decimal) => node.GetValue<decimal>(),
        _ when type == typeof(Guid) => node.GetValue<Guid>(),
        _ when type == typeof(DateTime) => node.GetValue<DateTime>(),
        _ when type == typeof(DateTimeOffset) => node.GetValue<DateTimeOffset>(),
        _ when type == typeof(DateOnly) => DateOnly.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture),
        _ when type == typeof(string[]) => node.AsArray().Select(item => item!.GetValue<string>()).ToArray(),
        _ when type == typeof(List<string>) => node.AsArray().Select(item => item!.GetValue<string>()).ToList(),
        _ => throw new NotSupportedException($"A property of the type {type.Name} is not supported."),
    };
}
