using System.Text.Json;

namespace Soma.Gateway.Bodies;

/// <summary>
/// Fields of the contract that a search does not serve yet. Their defaults pass; anything else is refused by name, because
/// an answer that ignores what was asked is worse than none.
/// </summary>
internal static class UnsupportedSearchFields
{
    /// <summary>Reads the property the reader stands on if it is one of these, or <c>exact</c>, which every search is.</summary>
    public static bool Read(ref Utf8JsonReader reader, FieldErrors errors)
    {
        if (MemoryBody.Is(ref reader, "as_of"u8))
        {
            RefuseUnlessNull(ref reader, new Field(errors, FieldScope.Body, "as_of"));
        }
        else if (MemoryBody.Is(ref reader, "max_tokens"u8))
        {
            RefuseUnlessNull(ref reader, new Field(errors, FieldScope.Body, "max_tokens"));
        }
        else if (MemoryBody.Is(ref reader, "accurate"u8))
        {
            var field = new Field(errors, FieldScope.Body, "accurate");
            if (JsonFields.ReadBoolean(ref reader, field) is true)
            {
                field.IsNotSupportedYet();
            }
        }
        else if (MemoryBody.Is(ref reader, "exact"u8))
        {
            JsonFields.ReadBoolean(ref reader, new Field(errors, FieldScope.Body, "exact"));
        }
        else if (MemoryBody.Is(ref reader, "weights"u8))
        {
            CheckWeights(ref reader, new Field(errors, FieldScope.Body, "weights"));
        }
        else
        {
            return false;
        }

        return true;
    }

    public static void Check(QueryText query)
    {
        query.RefuseUnsupported("as_of", "max_tokens", "weights");
        if (query.Boolean("accurate") is true)
        {
            query.Field("accurate").IsNotSupportedYet();
        }

        query.Boolean("exact");
    }

    private static void RefuseUnlessNull(ref Utf8JsonReader reader, Field field)
    {
        if (reader.TokenType != JsonTokenType.Null)
        {
            reader.Skip();
            field.IsNotSupportedYet();
        }
    }

    /// <summary>The defaults are 0: recency and importance weigh nothing.</summary>
    private static void CheckWeights(ref Utf8JsonReader reader, Field field)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            if (reader.TokenType != JsonTokenType.Null)
            {
                field.IsWrong("Input should be an object", "object_type");
            }

            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            reader.Read();
            if (JsonFields.ReadNumber(ref reader, field) is not (null or 0))
            {
                field.IsNotSupportedYet();
            }
        }
    }
}
