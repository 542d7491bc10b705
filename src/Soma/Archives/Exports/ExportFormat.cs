using System.Collections.Immutable;
using System.Text.Encodings.Web;

namespace Soma.Archives.Exports;

/// <summary>The names and formats in an export. docs/backup-format.md describes them.</summary>
internal static class ExportFormat
{
    /// <summary>The format that this build writes, and the newest that it reads.</summary>
    public const int Version = 1;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    // How deep the JSON of a line may nest: the 64 levels of a payload, and a reserve.
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 256 };

    /// <summary>How lines and requests are written; a payload stands in them as it was sent.</summary>
    public static JsonWriterOptions Writing { get; } =
        new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The names of <see cref="LogOp"/>, by its numbers.</summary>
    public static ImmutableArray<string> Ops { get; } = ["put", "delete", "link", "unlink"];

    /// <exception cref="StartupException">The line is no JSON. The message names its number.</exception>
    public static JsonDocument Parse(byte[] line, long number)
    {
        try
        {
            return JsonDocument.Parse(line, Reading);
        }
        catch (JsonException failure)
        {
            throw ArchiveProcess.Refuse($"line {number} is no JSON: {failure.Message}", failure);
        }
    }

    /// <summary>Writes JSON as it is.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    public static string Time(Instant at) => at.ToDateTimeOffset().UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static Instant? ParseTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time) ? Instant.From(time) : null;
}
