namespace Soma.Grains.Storage.Archives.Exports;

/// <summary>Reads the fields of a line. A field of another type than expected is refused, and the message names the line.</summary>
public readonly struct LineFields(JsonElement line, long number)
{
    public ExportRefusedException Wrong(string what) => new ExportRefusedException($"line {number}: {what}.");

    public bool Has(string name) => Find(name) is not null;

    public JsonElement? Find(string name)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("no JSON object");
        }

        return line.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => ReadText(value, name),
        _ => throw Wrong($"{name} is no text"),
    };

    public string RequiredText(string name) => Text(name) ?? throw Wrong($"{name} is missing");

    public bool? Flag(string name) => Find(name)?.ValueKind switch
    {
        null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong($"{name} is neither true nor false"),
    };

    public long? Whole(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var whole) => whole,
        _ => throw Wrong($"{name} is no whole number"),
    };

    public double? Real(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var real) && double.IsFinite(real) => real,
        _ => throw Wrong($"{name} is no number"),
    };

    public Instant? Time(string name) => Text(name) is { } text ? ExportFormat.ParseTime(text) ?? throw Wrong($"{name} is no time") : null;

    public Instant RequiredTime(string name) => Time(name) ?? throw Wrong($"{name} is missing");

    public byte[]? Base64(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value when value.TryGetBytesFromBase64(out var bytes) => bytes,
        _ => throw Wrong($"{name} is no base64"),
    };

    /// <summary>The bytes of an object, which stands in the line as it is, or as base64.</summary>
    public byte[]? Json(string name) => Find(name) switch
    {
        null => Base64(name + "_base64"),
        { ValueKind: JsonValueKind.Object } value => JsonMarshal.GetRawUtf8Value(value).ToArray(),
        _ => throw Wrong($"{name} is no object"),
    };

    public Coordinate Coordinate(string name) =>
        Interfaces.Coordinate.TryParse(RequiredText(name), out var coordinate, out var problem)
            ? coordinate : throw Wrong($"{name} names no memory ({problem})");

    public MemoryType MemoryType(string name) =>
        MemoryTypeNames.TryParse(Text(name) ?? MemoryTypeNames.Episodic, out var type) ? type : throw Wrong($"{name} is no memory type");

    private string ReadText(JsonElement value, string name)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw Wrong($"{name} holds half a surrogate pair");
        }
    }
}
