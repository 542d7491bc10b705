using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Bodies;

/// <summary>The body of <c>PUT /namespaces/{name}</c>: all settings; one that is left out or null is its default.</summary>
internal sealed class SettingsBody
{
    private const int MostFields = 16;
    private const int LongestField = 128;
    private const double LeastHalfLifeDays = 1.0 / 24 / 60;
    private const double MostHalfLifeDays = 36_500;
    private static readonly string[] Embedders = ["builtin", "fast", "none"];
    private static readonly string[] BroughtSpaces = ["all-minilm-l6-v2"];

    public NamespaceSettings Settings { get; private set; } = new();

    public static SettingsBody ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors)
    {
        var settings = new NamespaceSettings();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (MemoryBody.Is(ref reader, "embedder"u8))
            {
                settings = settings with { Embedder = ReadChoice(ref reader, new Field(errors, FieldScope.Body, "embedder"), Embedders) };
            }
            else if (MemoryBody.Is(ref reader, "sequence_fields"u8))
            {
                var fields = ReadNames(ref reader, new Field(errors, FieldScope.Body, "sequence_fields"));
                settings = settings with { SequenceFields = fields ?? NamespaceSettings.DefaultSequenceFields };
            }
            else if (MemoryBody.Is(ref reader, "brought_space"u8))
            {
                settings = settings with { BroughtSpace = ReadChoice(ref reader, new Field(errors, FieldScope.Body, "brought_space"), BroughtSpaces) };
            }
            else if (MemoryBody.Is(ref reader, "recency_half_life_days"u8))
            {
                settings = settings with { RecencyHalfLifeDays = ReadDays(ref reader, new Field(errors, FieldScope.Body, "recency_half_life_days")) };
            }
            else
            {
                MemoryBody.Ignore(ref reader);
            }
        }

        return new SettingsBody { Settings = settings };
    }

    private static string? ReadChoice(ref Utf8JsonReader reader, Field field, string[] choices)
    {
        var choice = JsonFields.ReadString(ref reader, field);
        if (choice is not null && !choices.Contains(choice))
        {
            field.IsWrong($"Input should be one of: {string.Join(", ", choices)}", "literal_error");
        }

        return choice;
    }

    private static double ReadDays(ref Utf8JsonReader reader, Field field)
    {
        var days = JsonFields.ReadNumber(ref reader, field) ?? NamespaceSettings.DefaultRecencyHalfLifeDays;
        if (days is < LeastHalfLifeDays or > MostHalfLifeDays)
        {
            field.IsWrong("Input should be a number of days from one minute to a century", "out_of_range");
        }

        return days;
    }

    private static string[]? ReadNames(ref Utf8JsonReader reader, Field field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            if (reader.TokenType != JsonTokenType.Null)
            {
                field.IsWrong("Input should be a list of field names", "list_type");
            }

            reader.Skip();
            return null;
        }

        var names = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            names.Add(JsonFields.ReadString(ref reader, field) ?? "");
        }

        if (names.Count > MostFields || names.Any(name => name.Length is 0 or > LongestField))
        {
            field.IsWrong($"Input should be at most {MostFields} names of 1–{LongestField} characters", "out_of_range");
        }

        return [.. names];
    }
}
