using System.Text.Json;

namespace Soma.Grains.Interfaces.Filtering;

/// <summary>Reads one filter from JSON, counts its conditions and collects its hints.</summary>
internal sealed class FilterReading(bool isStrict)
{
    private const string KeywordsKey = "_keywords";
    private int _conditions;

    public List<string> Keywords { get; } = [];

    /// <summary>Reads the filter object at the reader; null where it has no condition.</summary>
    public FilterNode? ReadFilter(ref Utf8JsonReader reader, string path, int depth)
    {
        Require(reader.TokenType == JsonTokenType.StartObject, path, "A filter is an object.");
        Require(depth < FilterParser.MaxDepth, path, $"Filters nest at most {FilterParser.MaxDepth} deep.");
        var parts = new List<FilterNode>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = JsonFields.ReadText(ref reader);
            reader.Read();
            if (key == KeywordsKey && depth == 0)
            {
                ReadKeywords(ref reader);
            }
            else
            {
                parts.AddRange(ReadMember(ref reader, key, Join(path, key), depth));
            }
        }

        return parts.Count switch { 0 => null, 1 => parts[0], _ => new FilterAnd([.. parts]) };
    }

    private List<FilterNode> ReadMember(ref Utf8JsonReader reader, string key, string path, int depth)
    {
        switch (key)
        {
            case "$and":
                return [new FilterAnd(ReadFilters(ref reader, path, depth))];
            case "$or":
                return [new FilterOr(ReadFilters(ref reader, path, depth))];
            case "$not":
                return [new FilterNot(ReadFilter(ref reader, path, depth + 1) ?? new FilterAnd([]))];
        }

        Require(key.Length > 0, path, "A field needs a name.");
        Require(key[0] != '$', path, () => FilterOperators.Refuse(key, FilterOperators.OfFilters));
        if (isStrict && IsFilters(reader) && FilterOperators.WithoutSign(key) is { } meant)
        {
            throw new FilterSyntaxException(path, $$$"""Unknown operator {{{key}}}; did you mean {{{meant}}}? A field of that name is compared by {"{{{key}}}":{"$eq":…}}.""");
        }

        var field = FilterField.Parse(key);
        return HasOperators(reader, path)
            ? ReadOperators(ref reader, field, path, depth)
            : [Condition(field, FilterOperator.Equal, path, ReadOperand(ref reader, field, path))];
    }

    private FilterNode[] ReadFilters(ref Utf8JsonReader reader, string path, int depth)
    {
        Require(reader.TokenType == JsonTokenType.StartArray, path, "Expected a list of filters.");
        var parts = new List<FilterNode>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Count(path);
            parts.Add(ReadFilter(ref reader, $"{path}.{parts.Count}", depth + 1) ?? new FilterAnd([]));
        }

        Require(parts.Count > 0, path, "The list of filters is empty.");
        return [.. parts];
    }

    private List<FilterNode> ReadOperators(ref Utf8JsonReader reader, FilterField field, string path, int depth)
    {
        Require(depth < FilterParser.MaxDepth, path, $"Filters nest at most {FilterParser.MaxDepth} deep.");
        var parts = new List<FilterNode>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = JsonFields.ReadText(ref reader);
            var below = Join(path, key);
            reader.Read();
            parts.Add(key == "$not"
                ? ReadNegation(ref reader, field, below, depth)
                : ReadOperator(ref reader, field, key, below));
        }

        return parts;
    }

    private FilterNot ReadNegation(ref Utf8JsonReader reader, FilterField field, string path, int depth)
    {
        Require(HasOperators(reader, path), path, "Below a field, $not takes an object of operators.");
        return new FilterNot(new FilterAnd([.. ReadOperators(ref reader, field, path, depth + 1)]));
    }

    private FilterNode ReadOperator(ref Utf8JsonReader reader, FilterField field, string name, string path)
    {
        FilterOperator? order = name switch
        {
            "$gt" => FilterOperator.Greater,
            "$gte" => FilterOperator.GreaterOrEqual,
            "$lt" => FilterOperator.Less,
            "$lte" => FilterOperator.LessOrEqual,
            _ => null,
        };
        if (order is { } comparison)
        {
            Require(reader.TokenType is JsonTokenType.Number or JsonTokenType.String, path, $"{name} takes a number or a string.");
            return Condition(field, comparison, path, ReadOperand(ref reader, field, path));
        }

        return name switch
        {
            "$eq" => Condition(field, FilterOperator.Equal, path, ReadOperand(ref reader, field, path)),
            "$ne" => new FilterNot(Condition(field, FilterOperator.Equal, path, ReadOperand(ref reader, field, path))),
            "$in" => Condition(field, FilterOperator.In, path, ReadOperands(ref reader, field, path)),
            "$nin" => new FilterNot(Condition(field, FilterOperator.In, path, ReadOperands(ref reader, field, path))),
            "$contains" => Condition(field, FilterOperator.Contains, path, FilterOperand.Of(JsonFields.Read(ref reader))),
            "$exists" => ReadExists(ref reader, field, path),
            _ => throw new FilterSyntaxException(path, FilterOperators.Refuse(name, FilterOperators.OfFields)),
        };
    }

    private FilterNode ReadExists(ref Utf8JsonReader reader, FilterField field, string path)
    {
        Require(reader.TokenType is JsonTokenType.True or JsonTokenType.False, path, "$exists takes true or false.");
        var exists = Condition(field, FilterOperator.Exists, path);
        return reader.TokenType == JsonTokenType.True ? exists : new FilterNot(exists);
    }

    private static FilterOperand[] ReadOperands(ref Utf8JsonReader reader, FilterField field, string path)
    {
        Require(reader.TokenType == JsonTokenType.StartArray, path, "Expected a list.");
        var operands = new List<FilterOperand>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Require(operands.Count < FilterParser.MaxListLength, path, $"The list is longer than {FilterParser.MaxListLength}.");
            operands.Add(ReadOperand(ref reader, field, $"{path}.{operands.Count}"));
        }

        return [.. operands];
    }

    // A record field can never equal such a value. This is the caller's mistake, so it is refused instead of matching nothing.
    private static FilterOperand ReadOperand(ref Utf8JsonReader reader, FilterField field, string path)
    {
        Require(reader.TokenType != JsonTokenType.Number || !IsBeyond(reader), path, $"A number's exponent has at most {DecimalNumber.LongestExponent} digits.");
        var operand = FilterOperand.Of(JsonFields.Read(ref reader));
        switch (field.Source)
        {
            case FilterSource.CreatedAt or FilterSource.UpdatedAt:
                Require(operand.Time is not null, path, $"{field.Path} is compared with an ISO-8601 time or epoch seconds.");
                break;
            case FilterSource.Importance:
                Require(operand.Value.Kind == FieldKind.Number, path, "importance is compared with a number.");
                break;
            case FilterSource.MemoryType:
                Require(operand.Value.Kind == FieldKind.Text, path, "memory_type is compared with a string.");
                break;
            case FilterSource.Coordinate:
                var problem = "";
                var isKey = operand.Value.Text is { } text && Coordinate.TryParse(text, out _, out problem);
                Require(isKey, path, $"coord is compared with a key such as \"1.0,2.0\" or \"@user-42\". {problem}".TrimEnd());
                break;
            case FilterSource.Id:
                Require(operand.Value.Kind == FieldKind.Text, path, "id is compared with a string; a payload's own id is payload.id.");
                break;
        }

        return operand;
    }

    // Numbers with such exponents are not read exactly, so they could not be compared.
    private static bool IsBeyond(Utf8JsonReader reader)
    {
        var exponent = reader.ValueSpan.IndexOfAny((byte)'e', (byte)'E');
        return exponent >= 0 && reader.ValueSpan[(exponent + 1)..].TrimStart("+-0"u8).Length > DecimalNumber.LongestExponent;
    }

    private void ReadKeywords(ref Utf8JsonReader reader)
    {
        const string Expected = "_keywords is a list of strings.";
        Require(reader.TokenType == JsonTokenType.StartArray, KeywordsKey, Expected);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Require(reader.TokenType == JsonTokenType.String, KeywordsKey, Expected);
            Require(Keywords.Count < FilterParser.MaxKeywords, KeywordsKey, $"At most {FilterParser.MaxKeywords} hints.");
            Keywords.Add(JsonFields.ReadText(ref reader));
        }
    }

    // The reader is passed by value: this copy looks ahead, and the caller's reader stays where it is.
    private bool HasOperators(Utf8JsonReader reader, string path)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var operators = 0;
        string? other = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isOperator = reader.ValueSpan.Length > 0 && reader.ValueSpan[0] == (byte)'$';
            operators += isOperator ? 1 : 0;
            other ??= isOperator ? null : JsonFields.ReadText(ref reader);
            reader.Skip();
        }

        Require(operators == 0 || other is null || isStrict, path, "Operators and plain keys do not mix.");
        Require(!isStrict || other is null, Join(path, other ?? ""), () => RefusePlainKey(other ?? ""));
        Require(!isStrict || operators > 0, path, """An empty object has no operator. Objects without members are found by {"$eq":{}}.""");
        return operators > 0;
    }

    private static string RefusePlainKey(string key) => FilterOperators.Refuse(key, FilterOperators.OfFields)
        + """ A field inside an object is named with a dot, as in {"user.name":"bob"}; a whole object is compared by {"$eq":{…}}.""";

    private static bool IsFilters(Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartObject || (reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType == JsonTokenType.StartObject);

    private FilterCondition Condition(FilterField field, FilterOperator @operator, string path, params FilterOperand[] operands)
    {
        Count(path);
        return new FilterCondition { Field = field, Operator = @operator, Operands = operands };
    }

    private void Count(string path) =>
        Require(++_conditions <= FilterParser.MaxConditions, path, $"A filter has at most {FilterParser.MaxConditions} conditions.");

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static void Require(bool holds, string path, string message)
    {
        if (!holds)
        {
            throw new FilterSyntaxException(path, message);
        }
    }

    private static void Require(bool holds, string path, Func<string> message)
    {
        if (!holds)
        {
            throw new FilterSyntaxException(path, message());
        }
    }
}
