namespace Soma.Gateway.Requests;

/// <summary>How the values of one kind of field are read from JSON and from a query, and how the OpenAPI document shows them.</summary>
/// <remarks>
/// The methods return false for a value that cannot be used, after they have added it to the errors of the place. A reader stands
/// on the first token of the value when it is passed, and on the last one afterwards. The value is never <c>null</c>.
/// </remarks>
internal abstract class FieldType<T>
{
    public bool HasDefault { get; private set; }

    /// <summary>The value of the field if the request does not give it.</summary>
    public T? Default { get; private set; }

    public abstract bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out T value);

    /// <summary>Reads a value from a query. By default the text there is the JSON of the value.</summary>
    public virtual bool TryParse(string text, in FieldPlace place, out T value)
    {
        var json = Encoding.UTF8.GetBytes(text);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonBody.MaxDepth });
            reader.Read();
            if (JsonText.IsDecodable(json) && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                var isRead = TryRead(ref reader, json, place, out value);
                // If anything follows the value, the reader throws here.
                reader.Read();
                return isRead;
            }
        }
        catch (JsonException)
        {
            // The error is added below, as for all other text that is no JSON object or list.
        }

        place.IsWrong("Input should be JSON text: an object or a list", "json_invalid");
        value = default!;
        return false;
    }

    /// <summary>The schema of a value in a body, without its default.</summary>
    public abstract IOpenApiSchema ToSchema(OpenApiDocument? document);

    /// <summary>The schema of a value in a query.</summary>
    public virtual IOpenApiSchema ToQuerySchema(OpenApiDocument? document) => ToSchema(document);

    /// <summary>The same type with a default for fields that are not given.</summary>
    public FieldType<T> Else(T value)
    {
        var copy = (FieldType<T>)MemberwiseClone();
        (copy.HasDefault, copy.Default) = (true, value);
        return copy;
    }

    public virtual JsonNode? ToJson(T value) => JsonValue.Create(value);

    /// <summary>Skips a value of the wrong type and adds an error.</summary>
    protected static bool Refuse(ref Utf8JsonReader reader, in FieldPlace place, string message, string type, out T value)
    {
        reader.Skip();
        return Refuse(place, message, type, out value);
    }

    protected static bool Refuse(in FieldPlace place, string message, string type, out T value)
    {
        place.IsWrong(message, type);
        value = default!;
        return false;
    }
}
