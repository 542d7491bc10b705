using Microsoft.AspNetCore.OpenApi;

namespace Soma.Gateway.OpenApi;

/// <summary>The schemas of values that answers write by converters of their own, which the schema exporter cannot look into.</summary>
internal static class AnswerSchemas
{
    public static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        // A nullable value is shown to the transformers twice, as the property and again as what lies inside its schema.
        if (context.JsonPropertyInfo is null && context.JsonTypeInfo.Type is { } inner && (inner == typeof(RawJson) || inner == typeof(VectorNumbers)))
        {
            return Task.CompletedTask;
        }

        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(RawJson))
        {
            MakeRaw(schema, context.JsonPropertyInfo?.Name);
        }
        else if (type == typeof(NumberList))
        {
            MakeList(schema, "double");
        }
        else if (type == typeof(VectorNumbers))
        {
            MakeList(schema, "float");
            schema.Type |= JsonSchemaType.Null;
        }
        else if (type == typeof(Instant))
        {
            Make(schema, JsonSchemaType.String, "date-time");
            schema.Type |= context.JsonTypeInfo.Type == type ? default : JsonSchemaType.Null;
        }
        else if (type == typeof(double) && schema.Type is null)
        {
            Make(schema, JsonSchemaType.Number, "double");
        }

        return Task.CompletedTask;
    }

    /// <summary>Whatever a payload's own timestamp is; else an object.</summary>
    private static void MakeRaw(OpenApiSchema schema, string? property)
    {
        Make(schema, property == "timestamp" ? null : JsonSchemaType.Object, null);
        // Without the empty schema, generators of clients would allow no member.
        schema.AdditionalProperties = property == "timestamp" ? null : new OpenApiSchema();
    }

    private static void MakeList(OpenApiSchema schema, string format)
    {
        Make(schema, JsonSchemaType.Array, null);
        schema.Items = new OpenApiSchema { Type = JsonSchemaType.Number, Format = format };
    }

    private static void Make(OpenApiSchema schema, JsonSchemaType? type, string? format)
    {
        schema.Type = type;
        schema.Format = format;
        // The exporter took it from the .NET type; the property's own follows.
        schema.Description = null;
        schema.Properties = null;
        schema.Required = null;
    }
}

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
