using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Soma.Gateway.Answers;
using Soma.Grains.Interfaces;

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
