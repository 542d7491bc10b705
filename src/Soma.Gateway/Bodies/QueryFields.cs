using System.Globalization;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Bodies;

/// <summary>Reads fields written as text: query parameters, and the numbers and names that bodies may carry as strings.</summary>
internal static class QueryFields
{
    public const int MaxLinkTypeLength = 128;

    public static int? ParseInteger(string? text, Field field, int least, int most)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return WholeNumber(number, field, least, most);
        }

        field.IsWrong("Input should be a whole number", "int_parsing");
        return null;
    }

    public static int? WholeNumber(double number, Field field, int least, int most)
    {
        if (double.IsInteger(number) && number >= least && number <= most)
        {
            return (int)number;
        }

        field.IsWrong(
            string.Create(CultureInfo.InvariantCulture, $"Input should be a whole number from {least} to {most}"),
            double.IsInteger(number) ? "out_of_range" : "int_from_float");
        return null;
    }

    public static double? ParseNumber(string? text, Field field)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        field.IsWrong("Input should be a finite number", "float_parsing");
        return null;
    }

    public static bool? ParseBoolean(string? text, Field field)
    {
        switch (text?.ToLowerInvariant())
        {
            case null or "":
                return null;
            case "true" or "1":
                return true;
            case "false" or "0":
                return false;
            default:
                field.IsWrong("Input should be true or false", "bool_parsing");
                return null;
        }
    }

    public static MemoryType? ParseMemoryType(string? text, Field field)
    {
        switch (text)
        {
            case null:
                return null;
            case "episodic":
                return MemoryType.Episodic;
            case "semantic":
                return MemoryType.Semantic;
            case "belief":
                return MemoryType.Belief;
            default:
                field.IsWrong("Input should be 'episodic', 'semantic' or 'belief'", "literal_error");
                return null;
        }
    }

    public static SearchMode? ParseMode(string? text, Field field)
    {
        switch (text)
        {
            case null:
                return null;
            case "hybrid":
                return SearchMode.Hybrid;
            case "vector":
                return SearchMode.Vector;
            case "keyword":
                return SearchMode.Keyword;
            default:
                field.IsWrong("Input should be 'hybrid', 'vector' or 'keyword'", "literal_error");
                return null;
        }
    }

    public static ListOrder? ParseOrder(string? text, Field field)
    {
        switch (text)
        {
            case null:
                return null;
            case "seq":
                return ListOrder.Seq;
            case "created":
                return ListOrder.Created;
            case "importance":
                return ListOrder.Importance;
            default:
                field.IsWrong("Input should be 'seq', 'created' or 'importance'", "literal_error");
                return null;
        }
    }

    public static LinkDirection? ParseDirection(string? text, Field field)
    {
        switch (text)
        {
            case null:
                return null;
            case "out":
                return LinkDirection.Out;
            case "in":
                return LinkDirection.In;
            case "both":
                return LinkDirection.Both;
            default:
                field.IsWrong("Input should be 'out', 'in' or 'both'", "literal_error");
                return null;
        }
    }

    public static string? Storable(string? text, Field field)
    {
        if (text is null || !text.Contains('\0', StringComparison.Ordinal))
        {
            return text;
        }

        field.IsWrong("Input should not contain U+0000", "string_null_character");
        return null;
    }

    public static string? LinkType(string? text, Field field)
    {
        if (text is null or { Length: >= 1 and <= MaxLinkTypeLength })
        {
            return Storable(text, field);
        }

        field.IsWrong(string.Create(CultureInfo.InvariantCulture, $"Input should be 1–{MaxLinkTypeLength} characters"), "string_length");
        return null;
    }

    /// <summary>Names a coordinate that cannot be read; alone that is a 400.</summary>
    public static Coordinate? ParseCoordinate(string? text, Field field)
    {
        if (text is null)
        {
            return null;
        }

        if (Coordinate.TryParse(text, out var coordinate, out var problem))
        {
            return coordinate;
        }

        field.IsWrong(problem, FieldError.CoordinateType);
        return null;
    }

    /// <summary>Reads the id of a memory; what is wrong with it is a 422.</summary>
    public static Coordinate? ParseId(string? text, Field field)
    {
        if (text is null)
        {
            return null;
        }

        if (Coordinate.TryParseId(text, out var key, out var problem))
        {
            return key;
        }

        field.IsWrong($"Input should be {problem}", "invalid_id");
        return null;
    }
}
