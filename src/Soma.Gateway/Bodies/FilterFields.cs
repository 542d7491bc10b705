using System.Text;
using System.Text.Json;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Gateway.Bodies;

/// <summary>Filters, in a body or as JSON text in the query. An empty object is the same as none.</summary>
internal static class FilterFields
{
    public static byte[]? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Field field) =>
        Checked(JsonFields.ReadObject(ref reader, body, field), field);

    public static byte[]? Parse(string? text, Field field)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            var json = Encoding.UTF8.GetBytes(text);
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonBody.MaxDepth });
            reader.Read();
            var filter = JsonText.IsDecodable(json) ? JsonFields.ReadObject(ref reader, json, field) : throw new JsonException();
            reader.Read();
            return Checked(filter, field);
        }
        catch (JsonException)
        {
            field.IsWrong("Input should be a JSON object", "json_invalid");
            return null;
        }
    }

    /// <summary>Whether a filter that was read without fault narrows nothing: see <see cref="FilterExpression.PassesEverything"/>.</summary>
    public static bool PassesEverything(byte[]? filter) =>
        filter is null || (FilterParser.TryParse(filter, out var parsed, out _, isStrict: false) && parsed.PassesEverything);

    private static byte[]? Checked(byte[]? filter, Field field)
    {
        if (filter is null)
        {
            return null;
        }

        if (!FilterParser.TryParse(filter, out var parsed, out var error))
        {
            field.IsWrong(error.Path.Length > 0 ? $"{error.Path}: {error.Message}" : error.Message, "filter_invalid");
            return null;
        }

        return parsed.Root is null && parsed.Keywords.Count == 0 ? null : filter;
    }
}
