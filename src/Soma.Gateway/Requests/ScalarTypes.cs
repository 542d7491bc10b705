using System.Numerics;

namespace Soma.Gateway.Requests;

/// <summary>A value that is written as a string, in JSON as in a query.</summary>
internal abstract class StringType<T> : FieldType<T>
{
    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out T value) =>
        reader.TokenType == JsonTokenType.String
            ? TryParse(reader.GetString() ?? "", place, out value)
            : Refuse(ref reader, place, "Input should be a string", "string_type", out value);
}

/// <summary>Text. Storable text must not contain U+0000, which Postgres cannot store.</summary>
internal sealed class TextType(int least = 0, int most = int.MaxValue, bool isStorable = false) : StringType<string>
{
    public override bool TryParse(string text, in FieldPlace place, out string value)
    {
        if (text.Length < least || text.Length > most)
        {
            return Refuse(place, string.Create(CultureInfo.InvariantCulture, $"Input should be {least}–{most} characters"), "string_length", out value);
        }

        if (isStorable && text.Contains('\0', StringComparison.Ordinal))
        {
            return Refuse(place, "Input should not contain U+0000", "string_null_character", out value);
        }

        value = text;
        return true;
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        MinLength = least > 0 ? least : null,
        MaxLength = most < int.MaxValue ? most : null,
    };
}

/// <summary>A finite number within bounds. <c>range</c> describes the bounds in a refusal, such as <c>0 or more</c>.</summary>
internal sealed class NumberType(double least = double.MinValue, double most = double.MaxValue, string? range = null, bool isAboveLeast = false) : FieldType<double>
{
    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out double value) =>
        reader.TokenType == JsonTokenType.Number
            ? Check(reader.TryGetDouble(out var number) ? number : double.NaN, place, "finite_number", out value)
            : Refuse(ref reader, place, "Input should be a number", "float_type", out value);

    public override bool TryParse(string text, in FieldPlace place, out double value) =>
        Check(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN, place, "float_parsing", out value);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema
    {
        Type = JsonSchemaType.Number,
        Format = "double",
        Minimum = least > double.MinValue && !isAboveLeast ? least.ToString("R", CultureInfo.InvariantCulture) : null,
        ExclusiveMinimum = isAboveLeast ? least.ToString("R", CultureInfo.InvariantCulture) : null,
        Maximum = most < double.MaxValue ? most.ToString("R", CultureInfo.InvariantCulture) : null,
    };

    private bool Check(double number, in FieldPlace place, string type, out double value)
    {
        if (!double.IsFinite(number))
        {
            return Refuse(place, "Input should be a finite number", type, out value);
        }

        value = number;
        return ((isAboveLeast ? number > least : number >= least) && number <= most) || Refuse(place, $"Input should be {range}", "out_of_range", out value);
    }
}

/// <summary>A whole number within bounds, of which none may be beyond 2^53: a JSON number is read as a double. <c>5.0</c> and <c>"5"</c> are read as 5, because SomaFractalMemory's clients send them.</summary>
internal sealed class IntegerType<T>(T least, T most) : FieldType<T>
    where T : struct, IBinaryInteger<T>
{
    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out T value) => reader.TokenType switch
    {
        JsonTokenType.Number => Check(reader.TryGetDouble(out var number) ? number : double.NaN, place, out value),
        JsonTokenType.String => TryParse(reader.GetString()!, place, out value),
        _ => Refuse(ref reader, place, "Input should be a whole number", "int_type", out value),
    };

    public override bool TryParse(string text, in FieldPlace place, out T value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? Check(number, place, out value)
            : Refuse(place, "Input should be a whole number", "int_parsing", out value);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema
    {
        Type = JsonSchemaType.Integer,
        Format = typeof(T) == typeof(int) ? "int32" : "int64",
        Minimum = least.ToString(null, CultureInfo.InvariantCulture),
        Maximum = most.ToString(null, CultureInfo.InvariantCulture),
    };

    private bool Check(double number, in FieldPlace place, out T value)
    {
        value = T.Zero;
        if (double.IsInteger(number) && number >= double.CreateChecked(least) && number <= double.CreateChecked(most))
        {
            value = T.CreateChecked(number);
            return true;
        }

        return Refuse(
            place,
            string.Create(CultureInfo.InvariantCulture, $"Input should be a whole number from {least} to {most}"),
            double.IsInteger(number) ? "out_of_range" : "int_from_float",
            out value);
    }
}

/// <summary><c>true</c> or <c>false</c>; in a query also 1 and 0.</summary>
internal sealed class BooleanType : FieldType<bool>
{
    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False
            || Refuse(ref reader, place, "Input should be true or false", "bool_type", out value);
    }

    public override bool TryParse(string text, in FieldPlace place, out bool value)
    {
        (var isKnown, value) = text.ToLowerInvariant() switch
        {
            "true" or "1" => (true, true),
            "false" or "0" => (true, false),
            _ => (false, false),
        };
        return isKnown || Refuse(place, "Input should be true or false", "bool_parsing", out value);
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema { Type = JsonSchemaType.Boolean };
}

/// <summary>One of a few names, each of which stands for a value. In the document the names are an enum of their own.</summary>
internal sealed class ChoiceType<T>(string schema, params (string Name, T Value)[] choices) : StringType<T>
{
    public override bool TryParse(string text, in FieldPlace place, out T value)
    {
        foreach (var choice in choices)
        {
            if (choice.Name == text)
            {
                value = choice.Value;
                return true;
            }
        }

        var names = choices.Select(choice => $"'{choice.Name}'").ToArray();
        var list = names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} or {names[^1]}";
        return Refuse(place, $"Input should be {list}", "literal_error", out value);
    }

    public override JsonNode? ToJson(T value) =>
        Array.Find(choices, choice => EqualityComparer<T>.Default.Equals(choice.Value, value)).Name;

    public override IOpenApiSchema ToSchema(OpenApiDocument? document)
    {
        document?.AddComponent(schema, new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = [.. choices.Select(choice => (JsonNode)choice.Name)],
        });
        return new OpenApiSchemaReference(schema, document);
    }
}

/// <summary>The key of a memory as text, such as <c>1,2</c> or <c>@alice</c>. If nothing else is wrong, a bad key is a 400.</summary>
internal sealed class KeyType : StringType<Coordinate>
{
    public override bool TryParse(string text, in FieldPlace place, out Coordinate value) =>
        Coordinate.TryParse(text, out value, out var problem) || Refuse(place, problem, FieldError.CoordinateType, out value);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema { Type = JsonSchemaType.String };
}

/// <summary>The id of a memory as its client writes it, such as <c>alice</c>, without the <c>@</c> of a key.</summary>
internal sealed class IdType : StringType<Coordinate>
{
    public override bool TryParse(string text, in FieldPlace place, out Coordinate value) =>
        Coordinate.TryParseId(text, out value, out var problem) || Refuse(place, $"Input should be {problem}", "invalid_id", out value);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) =>
        new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = Coordinate.MaxIdBytes };
}

/// <summary>The name of a namespace.</summary>
internal sealed class NameType : StringType<string>
{
    public const string Rule = "1–128 characters of A-Z a-z 0-9 . _ : @ -";

    public override bool TryParse(string text, in FieldPlace place, out string value)
    {
        value = text;
        return NamespaceKey.IsValidName(text) || Refuse(place, $"Input should be {Rule}", "invalid_name", out value);
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        MinLength = 1,
        MaxLength = NamespaceKey.MaxNameLength,
        Pattern = "^[A-Za-z0-9._:@-]+$",
    };
}

/// <summary>The name of a namespace, or the beginning of names with a star behind it.</summary>
internal sealed class NamePatternType : StringType<string>
{
    public override bool TryParse(string text, in FieldPlace place, out string value)
    {
        value = text;
        return text == "*" || NamespaceKey.IsValidName(text.EndsWith('*') ? text[..^1] : text)
            || Refuse(place, $"Input should be *, or {NameType.Rule}, of which * may be the last", "invalid_name", out value);
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        MinLength = 1,
        MaxLength = NamespaceKey.MaxNameLength + 1,
        Pattern = @"^[A-Za-z0-9._:@-]*\*?$",
    };
}

/// <summary>Text of one line for people: it stands in logs and histories, so it has no control characters.</summary>
internal sealed class PrintableType(int least, int most) : StringType<string>
{
    private readonly TextType _text = new(least, most);

    public override bool TryParse(string text, in FieldPlace place, out string value) =>
        text.Any(char.IsControl) ? Refuse(place, "Input should not contain control characters", "string_control_character", out value)
        : _text.TryParse(text, place, out value);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => _text.ToSchema(document);
}

/// <summary>The value of a field that this version does not support. Whatever it is, the field is refused.</summary>
internal sealed class LaterType(string field) : FieldType<bool>
{
    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out bool value) =>
        Refuse(ref reader, place, $"{field} is not supported yet", "not_supported", out value);

    public override bool TryParse(string text, in FieldPlace place, out bool value) =>
        Refuse(place, $"{field} is not supported yet", "not_supported", out value);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema();
}
