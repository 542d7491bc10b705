using System.IO.Hashing;

namespace Soma.Grains.Embeddings.Onnx;

/// <summary>
/// A model folder in the format of sentence-transformers: the graph, the tokenizer, and JSON files that describe their use.
/// </summary>
internal sealed class SentenceModelFolder
{
    private const int LongestName = 100;

    private readonly string _path;
    private readonly IReadOnlyList<SentenceModule> _modules;

    /// <exception cref="InvalidDataException">The folder holds no graph, or a file cannot be read.</exception>
    public SentenceModelFolder(string path)
    {
        _path = path;
        _modules = SentenceModule.ReadAll(ReadJson(Path.Combine(path, "modules.json")));
        ModelFile = FindModel(path) ?? throw new InvalidDataException($"'{path}' has neither model.onnx nor onnx/model.onnx.");
    }

    /// <summary>The name of the folder, reduced to ASCII.</summary>
    public string Name
    {
        get
        {
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_path)));
            return string.Concat(name.Take(LongestName).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
        }
    }

    /// <summary>The file of the graph: <c>model.onnx</c>, in the folder or in its <c>onnx/</c>.</summary>
    public string ModelFile { get; }

    /// <summary>A module of the model that Soma cannot compute; null: there is none.</summary>
    public string? UnknownModule => _modules.FirstOrDefault(module => !module.IsKnown)?.Type;

    /// <summary>The full path of a file of the transformer. Older folders keep these files in a subfolder.</summary>
    public string? Find(string name) =>
        _modules.Where(module => module.Type == SentenceModule.Transformer).Select(module => module.Path).Prepend("")
            .Select(folder => Path.Combine(_path, folder, name)).FirstOrDefault(File.Exists);

    /// <summary>A JSON file of the transformer; null: there is none.</summary>
    public JsonElement? Json(string name) => Find(name) is { } file ? ReadJson(file) : null;

    /// <summary>The file that says how token vectors are pooled; null: there is none.</summary>
    public JsonElement? PoolingJson()
    {
        var folder = _modules.FirstOrDefault(module => module.Type == SentenceModule.Pooling)?.Path ?? "1_Pooling";
        return ReadJson(Path.Combine(_path, folder, "config.json"));
    }

    /// <summary>Eight hexadecimal digits that change whenever the graph, its weights or <paramref name="usage"/> change.</summary>
    public string Fingerprint(string usage)
    {
        var hash = new XxHash3();
        var folder = Path.GetDirectoryName(ModelFile) ?? _path;
        // Weights over two gigabytes are stored in separate files beside the graph.
        foreach (var file in Directory.EnumerateFiles(folder, "model.onnx*").Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file);
            hash.Append(stream);
        }

        hash.Append(System.Text.Encoding.UTF8.GetBytes(usage));
        return (hash.GetCurrentHashAsUInt64() & uint.MaxValue).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string? FindModel(string path) =>
        new[] { Path.Combine(path, "model.onnx"), Path.Combine(path, "onnx", "model.onnx") }.FirstOrDefault(File.Exists);

    private static JsonElement? ReadJson(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return document.RootElement.Clone();
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"'{file}' is not JSON: {failure.Message}", failure);
        }
    }
}

/// <summary>One step of a sentence-transformers model, as <c>modules.json</c> names it.</summary>
/// <param name="Type">The last part of the module's class name, e.g. <c>Pooling</c>.</param>
/// <param name="Path">The module's folder within the model's folder.</param>
internal sealed record SentenceModule(string Type, string Path)
{
    public const string Transformer = "Transformer";
    public const string Pooling = "Pooling";

    /// <summary>
    /// Whether Soma computes this module. <c>Normalize</c> makes no difference, because Soma scales every vector to length 1.
    /// </summary>
    public bool IsKnown => Type is Transformer or Pooling or "Normalize";

    public static IReadOnlyList<SentenceModule> ReadAll(JsonElement? modules) => modules is not { ValueKind: JsonValueKind.Array } list
        ? []
        : [.. list.EnumerateArray().Select(module => new SentenceModule(
            (module.Text("type") ?? "").Split('.')[^1], module.Text("path") ?? ""))];
}

/// <summary>Reads optional members of a model's JSON files; null: the member is missing or null.</summary>
internal static class JsonElements
{
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static bool? Flag(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : null;

    /// <summary>Reads a whole number above 0. Tokenizers write 10^30 for "no limit", which is read as null.</summary>
    public static int? Count(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number > 0 ? number : null;
}
