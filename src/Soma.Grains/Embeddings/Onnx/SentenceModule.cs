using System.Text.Json;

namespace Soma.Grains.Embeddings.Onnx;

/// <summary>One step of a sentence-transformers model, as <c>modules.json</c> names it.</summary>
/// <param name="Type">The last part of its class's name, e.g. <c>Pooling</c>.</param>
/// <param name="Path">Its folder within the model's.</param>
internal sealed record SentenceModule(string Type, string Path)
{
    public const string Transformer = "Transformer";
    public const string Pooling = "Pooling";

    /// <summary>Soma brings every vector to length 1 itself, so whether there is a <c>Normalize</c> makes no difference.</summary>
    public bool IsKnown => Type is Transformer or Pooling or "Normalize";

    public static IReadOnlyList<SentenceModule> ReadAll(JsonElement? modules) => modules is not { ValueKind: JsonValueKind.Array } list
        ? []
        : [.. list.EnumerateArray().Select(module => new SentenceModule(
            (module.Text("type") ?? "").Split('.')[^1], module.Text("path") ?? ""))];
}
