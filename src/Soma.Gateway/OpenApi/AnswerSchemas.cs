using Microsoft.AspNetCore.OpenApi;

namespace Soma.Gateway.OpenApi;

/// <summary>The schemas of values with a JSON converter of their own. The schema exporter cannot see what a converter writes.</summary>
internal static class AnswerSchemas
{
    public static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        // For a nullable value this is called twice, for the property and for the value inside it. The first call did the work.
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
            schema.Type |= context.JsonTypeInfo.Type == type ? default : JsonSchemaType.Null;
        }
        else if ((type == typeof(RelevanceCurveView) || type == typeof(VersionName) || type == typeof(SiloState)) && context.JsonPropertyInfo is not null)
        {
            // The exporter does not show that a record may be null.
            schema.Type |= JsonSchemaType.Null;
        }

        return Task.CompletedTask;
    }

    /// <summary>An object, except for <c>timestamp</c>: the payload's own timestamp can be any JSON value.</summary>
    private static void MakeRaw(OpenApiSchema schema, string? property)
    {
        Make(schema, property == "timestamp" ? null : JsonSchemaType.Object, null);
        // Without this empty schema, generated clients would allow no members at all.
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
        // The exporter took this description from the .NET type. The property's own description is set later.
        schema.Description = null;
        schema.Properties = null;
        schema.Required = null;
    }
}

/// <summary>
/// Moves each record and each enum of an answer into the document's components, so that a generated client has one named type for
/// it. The framework would repeat the schema at each place instead.
/// </summary>
internal static class NamedSchemas
{
    // The key under which the framework keeps the name of a schema's .NET type.
    private const string TypeName = "x-schema-id";

    /// <summary>Makes a schema a component and returns the reference to it.</summary>
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
