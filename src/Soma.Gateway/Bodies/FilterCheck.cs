using System.Text.Json;

namespace Soma.Gateway.Bodies;

/// <summary>Checks that a filter object uses only operators of the contract, each with an operand it can take.</summary>
internal static class FilterCheck
{
    public static bool IsEmpty(ReadOnlySpan<byte> filter)
    {
        var reader = Start(filter);
        return reader.Read() && reader.TokenType == JsonTokenType.EndObject;
    }

    /// <summary>What is wrong, for a person; null: nothing.</summary>
    public static string? FindProblem(ReadOnlySpan<byte> filter)
    {
        var reader = Start(filter);
        return CheckObject(ref reader);
    }

    private static Utf8JsonReader Start(ReadOnlySpan<byte> filter)
    {
        var reader = new Utf8JsonReader(filter);
        reader.Read();
        return reader;
    }

    /// <summary>The reader stands on the object's start and, if nothing is wrong, is left on its end.</summary>
    private static string? CheckObject(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString() ?? "";
            reader.Read();
            var problem = key switch
            {
                "$and" or "$or" => CheckAlternatives(ref reader, key),
                "$not" => reader.TokenType == JsonTokenType.StartObject ? CheckObject(ref reader) : "$not takes an object",
                "_keywords" => CheckKeywords(ref reader),
                ['$', ..] => $"Unknown operator {key}",
                "" => "A field has a name",
                _ => CheckField(ref reader, key),
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? CheckAlternatives(ref Utf8JsonReader reader, string key)
    {
        var problem = $"{key} takes a list of objects, at least one";
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return problem;
        }

        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return problem;
            }

            if (CheckObject(ref reader) is { } inner)
            {
                return inner;
            }
        }

        return count > 0 ? null : problem;
    }

    private static string? CheckKeywords(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
            }
        }

        return reader.TokenType == JsonTokenType.EndArray ? null : "_keywords takes a list of strings";
    }

    private static string? CheckField(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        var operators = 0;
        var others = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString() ?? "";
            reader.Read();
            var isOperator = name.StartsWith('$');
            if (isOperator && CheckOperand(name, reader.TokenType) is { } problem)
            {
                return problem;
            }

            operators += isOperator ? 1 : 0;
            others += isOperator ? 0 : 1;
            reader.Skip();
        }

        return operators > 0 && others > 0 ? $"{field} mixes operators and plain keys" : null;
    }

    private static string? CheckOperand(string name, JsonTokenType operand) => (name, operand) switch
    {
        ("$eq" or "$ne" or "$contains", _) => null,
        ("$gt" or "$gte" or "$lt" or "$lte", JsonTokenType.Number or JsonTokenType.String) => null,
        ("$gt" or "$gte" or "$lt" or "$lte", _) => $"{name} takes a number or a string",
        ("$in" or "$nin", JsonTokenType.StartArray) => null,
        ("$in" or "$nin", _) => $"{name} takes a list",
        ("$exists", JsonTokenType.True or JsonTokenType.False) => null,
        ("$exists", _) => "$exists takes true or false",
        _ => $"Unknown operator {name}",
    };
}
