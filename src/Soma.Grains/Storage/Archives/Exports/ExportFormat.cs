using System.Collections.Immutable;
using System.Text.Encodings.Web;

namespace Soma.Grains.Storage.Archives.Exports;

/// <summary>The names and formats in an export. docs/backup-format.md describes them.</summary>
public static class ExportFormat
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

    /// <exception cref="ExportRefusedException">The line is no JSON. The message names its number.</exception>
    public static JsonDocument Parse(byte[] line, long number)
    {
        try
        {
            return JsonDocument.Parse(line, Reading);
        }
        catch (JsonException failure)
        {
            throw new ExportRefusedException($"line {number} is no JSON: {failure.Message}", failure);
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

/// <summary>An export is damaged, cut off or in another format. The message is one line and names the line of the file.</summary>
public sealed class ExportRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The first line of an export: its namespace and state.</summary>
public sealed record ExportHeader(NamespaceKey Key, long HeadSeq, long Horizon, byte[]? Settings);

/// <summary>Turns lines of one format into rows of a log. The rows are numbered 1, 2, 3, …, whatever the lines say.</summary>
public interface ILineReader
{
    /// <summary>Whether the versions of memories have to be numbered, because the format has no versions.</summary>
    bool NeedsVersions { get; }

    /// <summary>The header of the export; null if the format has none.</summary>
    ExportHeader? Header { get; }

    /// <summary>The rows of the next line. The list is empty if the line has nothing to import.</summary>
    /// <exception cref="ExportRefusedException">The line does not have the format.</exception>
    IReadOnlyList<LogRow> Read(byte[] line, long number);

    /// <summary>Called after the last line.</summary>
    /// <exception cref="ExportRefusedException">The export is incomplete.</exception>
    void Finish();
}
