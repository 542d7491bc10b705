using System.Text.Json;

namespace Soma.Grains.Embeddings.Onnx;

/// <summary>One step of a sentence-transformers model, as <c>modules.json</c> names it.</summary>
/// <param name="Type">The last part of the module's class name, e.g. <c>Pooling</c>.</param>
/// <param name="Path">The module's folder within the model's folder.</param>
internal sealed record SentenceModule(string Type, string Path)
{
    public const string Transformer = "Transformer";
    public const string Pooling = "Pooling";

    /// <summary>
    /// Whether Soma computes this module. <c>Normalize</c> makes no difference, because Soma scales every vector to
    /// length 1.
    /// </summary>
    public bool IsKnown => Type is Transformer or Pooling or "Normalize";

    public static IReadOnlyList<SentenceModule> ReadAll(JsonElement? modules) => modules is not { ValueKind: JsonValueKind.Array } list
        ? []
        : [.. list.EnumerateArray().Select(module => new SentenceModule(
            (module.Text("type") ?? "").Split('.')[^1], module.Text("path") ?? ""))];
}
