using NJsonSchema;
using NSwag;

namespace Soma.Testing.Qdrant;

/// <summary>
/// Checks whether Qdrant's OpenAPI document allows a request: method, path, parameters and body.
/// </summary>
/// <remarks>
/// This check is stricter than a server. A server ignores members that it does not know, so a misspelt
/// <c>score_treshold</c> would silently have no effect. Only payloads may have any members.
/// </remarks>
internal sealed class QdrantContract
{
    private static readonly Lazy<Task<QdrantContract>> Shared = new(LoadAsync);

    private readonly List<(string[] Segments, OpenApiPathItem Item)> _paths = [];

    private QdrantContract(OpenApiDocument document)
    {
        var seen = new HashSet<JsonSchema>();
        foreach (var (name, schema) in document.Definitions)
        {
            if (name != "Payload")
            {
                Close(schema, seen);
            }
        }

        foreach (var (path, item) in document.Paths)
        {
            _paths.Add((path.Split('/'), item));
            foreach (var schema in item.Values.Select(SchemaOf).OfType<JsonSchema>())
            {
                Close(schema, seen);
            }
        }
    }

    public static Task<QdrantContract> GetAsync() => Shared.Value;

    /// <summary>Returns the faults of the request; empty: there are none.</summary>
    public IReadOnlyList<string> Check(string method, string path, IEnumerable<KeyValuePair<string, string>> query, string body)
    {
        if (Find(path, method) is not { } operation)
        {
            return [$"{method} {path}: not in the contract"];
        }

        var faults = query.Select(parameter => CheckParameter(operation, parameter.Key, parameter.Value)).OfType<string>().ToList();
        if (SchemaOf(operation) is { } schema)
        {
            faults.AddRange(CheckJson(schema.ActualSchema, body));
        }
        else if (body.Length > 0)
        {
            faults.Add("has a body");
        }

        return [.. faults.Select(fault => $"{method} {path}: {fault}")];
    }

    private static async Task<QdrantContract> LoadAsync() =>
        new(await OpenApiDocument.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "Qdrant", "Contract", "openapi-1.19.json")));

    private static JsonSchema? SchemaOf(OpenApiOperation operation) =>
        operation.RequestBody?.Content.TryGetValue("application/json", out var content) == true ? content.Schema : null;

    private static IEnumerable<string> CheckJson(JsonSchema schema, string body)
    {
        try
        {
            return schema.Validate(body, SchemaType.OpenApi3).Select(error => error.ToString());
        }
        catch (Newtonsoft.Json.JsonException broken)
        {
            return [$"no JSON: {broken.Message}"];
        }
    }

    private static string? CheckParameter(OpenApiOperation operation, string name, string value)
    {
        var parameter = operation.ActualParameters.FirstOrDefault(known => known.Kind == OpenApiParameterKind.Query && known.Name == name);
        if (parameter is null)
        {
            return $"unknown parameter {name}";
        }

        var schema = parameter.ActualSchema;
        var json = schema.Type is JsonObjectType.Boolean or JsonObjectType.Integer ? value : $"\"{value}\"";
        return CheckJson(schema, json).Any() ? $"parameter {name} may not be {value}" : null;
    }

    private OpenApiOperation? Find(string path, string method)
    {
        var segments = path.Split('/');
        // A path of fixed text is preferred to a path with a variable at the same place.
        return _paths
            .Where(candidate => Matches(candidate.Segments, segments))
            .OrderBy(candidate => candidate.Segments.Count(segment => segment.StartsWith('{')))
            .Select(candidate => candidate.Item.TryGetValue(method.ToLowerInvariant(), out var operation) ? operation : null)
            .FirstOrDefault(operation => operation is not null);
    }

    private static bool Matches(string[] template, string[] path) =>
        template.Length == path.Length
        && template.Zip(path).All(pair => pair.First == pair.Second || (pair.First.StartsWith('{') && pair.Second.Length > 0));

    private static void Close(JsonSchema schema, HashSet<JsonSchema> seen)
    {
        if (!seen.Add(schema))
        {
            return;
        }

        if (schema.Properties.Count > 0 && schema.AdditionalPropertiesSchema is null)
        {
            schema.AllowAdditionalProperties = false;
        }

        foreach (var part in schema.AnyOf.Where(IsNullOnly))
        {
            part.Type = JsonObjectType.Null;
        }

        foreach (var part in schema.Properties.Values.Concat(schema.AnyOf).Concat(schema.OneOf).Concat(schema.AllOf).Concat(schema.Items))
        {
            Close(part, seen);
        }

        if (schema.Item is { } item)
        {
            Close(item, seen);
        }

        if (schema.AdditionalPropertiesSchema is { } additional)
        {
            Close(additional, seen);
        }
    }

    // The document writes "or null" as an alternative that holds only nullable: true. Read literally, that
    // alternative would allow any value.
    private static bool IsNullOnly(JsonSchema schema) =>
        schema is { IsNullableRaw: true, Type: JsonObjectType.None, HasReference: false, Properties.Count: 0, AnyOf.Count: 0, OneOf.Count: 0, AllOf.Count: 0, Enumeration.Count: 0 };
}
