using Soma.Grains.Interfaces.Filtering;

namespace Soma.Gateway.Requests;

/// <summary>A payload as it was sent, and its importance.</summary>
/// <param name="Json">The object's exact bytes.</param>
/// <param name="Importance">The value of its member <c>importance</c>, if that is a finite number.</param>
internal readonly record struct SentObject(byte[] Json, double? Importance);

/// <summary>A JSON object with any members, which is stored byte for byte as it was sent.</summary>
internal sealed class ObjectType(int mostBytes = int.MaxValue) : FieldType<SentObject>
{
    /// <summary>Checks the object, and finds its end and its <c>importance</c>, in one pass.</summary>
    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out SentObject value)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Refuse(ref reader, place, "Input should be an object", "object_type", out value);
        }

        var start = (int)reader.TokenStartIndex;
        var depth = reader.CurrentDepth;
        var deepest = depth + 1;
        double? importance = null;
        while (reader.Read() && (reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth > depth))
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == depth + 1 && reader.ValueTextEquals("importance"u8))
            {
                reader.Read();
                importance = reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                deepest = Math.Max(deepest, reader.CurrentDepth + 1);
            }
        }

        if (deepest - depth > JsonBody.MaxDepth)
        {
            return Refuse(place, string.Create(CultureInfo.InvariantCulture, $"Nested deeper than {JsonBody.MaxDepth} levels"), "too_deep", out value);
        }

        var json = body[start..(int)reader.BytesConsumed];
        if (json.Length > mostBytes)
        {
            return Refuse(place, string.Create(CultureInfo.InvariantCulture, $"Input should have at most {mostBytes} bytes"), "too_long", out value);
        }

        value = new SentObject(json.ToArray(), importance);
        return true;
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => OpenObject();

    /// <summary>The schema of an object with any members. Without the empty schema, generated clients would allow no members.</summary>
    public static OpenApiSchema OpenObject() => new() { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema() };
}

/// <summary>A filter, which is checked here. In a query it is written as JSON text. An empty object means: no filter.</summary>
internal sealed class FilterType : FieldType<byte[]?>
{
    private static readonly ObjectType Object = new();

    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out byte[]? value)
    {
        value = null;
        if (!Object.TryRead(ref reader, body, place, out var filter))
        {
            return false;
        }

        if (!FilterParser.TryParse(filter.Json, out var parsed, out var error, isStrict: !place.Errors.IgnoresUnknown))
        {
            return Refuse(place, error.Path.Length > 0 ? $"{error.Path}: {error.Message}" : error.Message, "filter_invalid", out value);
        }

        value = parsed.Root is null && parsed.Keywords.Count == 0 ? null : filter.Json;
        return true;
    }

    /// <summary>Whether a valid filter lets every memory pass: see <see cref="FilterExpression.PassesEverything"/>.</summary>
    public static bool PassesEverything(byte[]? filter) =>
        filter is null || (FilterParser.TryParse(filter, out var parsed, out _, isStrict: false) && parsed.PassesEverything);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document)
    {
        document?.AddComponent("Filters", new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = new OpenApiSchema(),
            Description = "Equality on fields of the payload or the record, dots into objects; $eq $ne $gt $gte $lt $lte $in $nin $exists $contains; $and $or $not; _keywords: hints that raise and do not filter.",
        });
        return new OpenApiSchemaReference("Filters", document);
    }

    public override IOpenApiSchema ToQuerySchema(OpenApiDocument? document) => new OpenApiSchema { Type = JsonSchemaType.String };
}

/// <summary>An object with known fields inside another object, such as <c>weights</c> of a search.</summary>
internal sealed class ShapeType<TForm>(RequestShape<TForm> shape) : FieldType<TForm>
    where TForm : class
{
    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out TForm value)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Refuse(ref reader, place, "Input should be an object", "object_type", out value);
        }

        value = shape.Read(ref reader, body, place.Errors, place.Inside);
        return true;
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => shape.ToSchema(document);

    public override IOpenApiSchema ToQuerySchema(OpenApiDocument? document) => new OpenApiSchema { Type = JsonSchemaType.String };
}

/// <summary>A list. In a query its elements are separated by commas.</summary>
internal sealed class ListType<T>(FieldType<T> element, int least = 0, int most = int.MaxValue) : FieldType<List<T>>
{
    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out List<T> value)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Refuse(ref reader, place, "Input should be a list", "list_type", out value);
        }

        value = [];
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            // Elements beyond the limit are skipped, because the list is refused anyway.
            if (count >= most)
            {
                reader.Skip();
            }
            else if (element.TryRead(ref reader, body, place.Element(count), out var item))
            {
                value.Add(item);
            }
        }

        return CheckCount(count, place, ref value);
    }

    public override bool TryParse(string text, in FieldPlace place, out List<T> value)
    {
        value = [];
        var texts = text.Split(',', StringSplitOptions.TrimEntries);
        for (var i = 0; i < texts.Length; i++)
        {
            if (element.TryParse(texts[i], place, out var item))
            {
                value.Add(item);
            }
        }

        return CheckCount(texts.Length, place, ref value);
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema
    {
        Type = JsonSchemaType.Array,
        Items = element.ToSchema(document),
        MinItems = least > 0 ? least : null,
        MaxItems = most < int.MaxValue ? most : null,
    };

    public override IOpenApiSchema ToQuerySchema(OpenApiDocument? document) => new OpenApiSchema { Type = JsonSchemaType.String };

    public override JsonNode ToJson(List<T> value) => new JsonArray([.. value.Select(element.ToJson)]);

    private bool CheckCount(int count, in FieldPlace place, ref List<T> value) =>
        (count >= least && count <= most)
        || Refuse(place, string.Create(CultureInfo.InvariantCulture, $"Input should be a list of {least} to {most}"), "list_length", out value);
}
