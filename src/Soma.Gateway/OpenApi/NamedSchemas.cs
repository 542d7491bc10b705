using Microsoft.OpenApi;

namespace Soma.Gateway.OpenApi;

/// <summary>
/// Puts each record and each list of names that an answer holds among the document's components, so that generated clients have
/// one type of one name for it. The framework would write them out wherever they stand.
/// </summary>
internal static class NamedSchemas
{
    // Where the framework keeps the name of the .NET type that a schema was made from.
    private const string TypeName = "x-schema-id";

    /// <summary>The reference to a schema that was made a component.</summary>
    public static IOpenApiSchema Register(OpenApiDocument? document, string name, OpenApiSchema schema)
    {
        NameParts(document, schema);
        document?.AddComponent(name, schema);
        return new OpenApiSchemaReference(name, document);
    }

    private static void NameParts(OpenApiDocument? document, OpenApiSchema schema)
    {
        foreach (var (name, part) in schema.Properties?.ToArray() ?? [])
        {
            schema.Properties![name] = Name(document, part);
        }

        schema.Items = schema.Items is { } items ? Name(document, items) : null;
        schema.AdditionalProperties = schema.AdditionalProperties is { } values ? Name(document, values) : null;
    }

    private static IOpenApiSchema Name(OpenApiDocument? document, IOpenApiSchema part)
    {
        if (part is not OpenApiSchema schema)
        {
            return part;
        }

        if (schema is { Properties: not { Count: > 0 }, Enum: not { Count: > 0 } }
            || schema.Metadata?.TryGetValue(TypeName, out var id) != true || id is not string { Length: > 0 } name)
        {
            NameParts(document, schema);
            return schema;
        }

        var isNullable = schema.Type?.HasFlag(JsonSchemaType.Null) == true;
        schema.Type &= ~JsonSchemaType.Null;
        var reference = Register(document, name, schema);
        return isNullable ? new OpenApiSchema { AnyOf = [reference, new OpenApiSchema { Type = JsonSchemaType.Null }] } : reference;
    }
}
