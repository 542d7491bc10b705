using Soma.Grains.Embeddings.Onnx;

namespace Soma.Grains.Embeddings.Unigram;

/// <summary>Checks what a <c>tokenizer.json</c> of type Unigram does to a text before it is cut, because Soma does the steps of XLM-R only.</summary>
internal static class TokenizerSteps
{
    private const string Supported = "Soma reads unigram tokenizers that normalise by a precompiled table and split at white space, as XLM-R's do.";

    /// <summary>The table of replaced characters; empty if there is none.</summary>
    /// <exception cref="InvalidDataException">There is a step that Soma does not know.</exception>
    public static byte[] CharactersOf(JsonElement tokenizer)
    {
        byte[] table = [];
        foreach (var step in Flatten(tokenizer.Member("normalizer"), "normalizers"))
        {
            switch (step.Text("type"))
            {
                case "Precompiled":
                    table = Convert.FromBase64String(step.Text("precompiled_charsmap") ?? "");
                    break;

                // Blanks are joined and dropped at the ends anyway.
                case "Strip":
                case "Replace" when step.Text("content") == " ":
                    break;
                default:
                    throw new InvalidDataException($"The folder's tokenizer.json normalises by {step.Text("type")}. {Supported}");
            }
        }

        if (Flatten(tokenizer.Member("pre_tokenizer"), "pretokenizers").Select(step => step.Text("type")).Any(type => type is not ("WhitespaceSplit" or "Metaspace")))
        {
            throw new InvalidDataException($"The folder's tokenizer.json does not split at white space. {Supported}");
        }

        return table;
    }

    private static IEnumerable<JsonElement> Flatten(JsonElement? step, string list) =>
        step is not { } found ? []
        : found.Text("type") == "Sequence" && found.Member(list) is { ValueKind: JsonValueKind.Array } steps
            ? steps.EnumerateArray().SelectMany(inner => Flatten(inner, list))
            : [found];
}
