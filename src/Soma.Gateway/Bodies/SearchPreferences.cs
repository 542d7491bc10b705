using System.Text;
using System.Text.Json;

namespace Soma.Gateway.Bodies;

/// <summary>How a search is to weigh and how exact it is to be.</summary>
internal static class SearchPreferences
{
    private const double LargestWeight = 1;

    /// <summary>Reads the property the reader stands on if it is one of these.</summary>
    public static bool Read(ref Utf8JsonReader reader, SearchBody search, FieldErrors errors)
    {
        if (MemoryBody.Is(ref reader, "accurate"u8))
        {
            search.Accurate = JsonFields.ReadBoolean(ref reader, new Field(errors, FieldScope.Body, "accurate")) ?? false;
        }
        else if (MemoryBody.Is(ref reader, "exact"u8))
        {
            search.Exact = JsonFields.ReadBoolean(ref reader, new Field(errors, FieldScope.Body, "exact")) ?? false;
        }
        else if (MemoryBody.Is(ref reader, "weights"u8))
        {
            ReadWeights(ref reader, search, new Field(errors, FieldScope.Body, "weights"));
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>In a query the weights are a JSON object too.</summary>
    public static void ReadWeights(QueryText query, SearchBody search)
    {
        if (query.Get("weights") is not { } text)
        {
            return;
        }

        var field = query.Field("weights");
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            reader.Read();
            ReadWeights(ref reader, search, field);
        }
        catch (JsonException)
        {
            field.IsWrong("Input should be a JSON object", "json_invalid");
        }
    }

    private static void ReadWeights(ref Utf8JsonReader reader, SearchBody search, Field field)
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
            var name = reader.GetString();
            reader.Read();
            if (name == "recency")
            {
                search.RecencyWeight = ReadWeight(ref reader, field);
            }
            else if (name == "importance")
            {
                search.ImportanceWeight = ReadWeight(ref reader, field);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static double ReadWeight(ref Utf8JsonReader reader, Field field)
    {
        var weight = JsonFields.ReadNumber(ref reader, field) ?? 0;
        if (weight is < 0 or > LargestWeight)
        {
            field.IsWrong("Input should be a number from 0 to 1", "out_of_range");
        }

        return weight;
    }
}
