using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings.Onnx;

/// <summary>How a sentence model is to be used, read from its own files.</summary>
internal sealed record SentenceModelSettings
{
    /// <summary>
    /// The longest window, even if the model could read more: the cost of attention grows with the square of the window's length.
    /// </summary>
    public const int LongestWindow = 512;

    private const int ShortestWindow = 16;

    /// <summary>How token vectors are pooled; null: in a way that Soma cannot compute.</summary>
    public required Pooling? Pooling { get; init; }

    /// <summary>The number of tokens in one window, including <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    public required int MaxTokens { get; init; }

    public required string QueryPrefix { get; init; }

    public required string DocumentPrefix { get; init; }

    public static SentenceModelSettings Read(SentenceModelFolder folder)
    {
        var prompts = folder.Json("config_sentence_transformers.json");
        return new SentenceModelSettings
        {
            Pooling = ReadPooling(folder.PoolingJson()),
            MaxTokens = ReadMaxTokens(folder),
            QueryPrefix = ReadPrompt(prompts, "query"),
            DocumentPrefix = ReadPrompt(prompts, "document", "passage", "corpus"),
        };
    }

    private static Pooling? ReadPooling(JsonElement? json)
    {
        if (json is not { } pooling)
        {
            return Onnx.Pooling.Mean;
        }

        // If the prompt's tokens are not to be pooled, they would need a mask that Soma does not build. So such a model is not
        // supported.
        if (pooling.ValueKind != JsonValueKind.Object || pooling.Flag("include_prompt") == false)
        {
            return null;
        }

        var modes = pooling.Text("pooling_mode") is { } mode
            ? [mode]
            : pooling.EnumerateObject().Where(flag => flag.Value.ValueKind == JsonValueKind.True && flag.Name.StartsWith("pooling_mode_", StringComparison.Ordinal))
                .Select(flag => flag.Name["pooling_mode_".Length..]).ToArray();
        return modes switch
        {
            // This mode divides by the root of the length instead of the length. The direction of the vector is the same.
            ["mean" or "mean_tokens" or "mean_sqrt_len_tokens"] => Onnx.Pooling.Mean,
            ["cls" or "cls_token"] => Onnx.Pooling.FirstToken,
            ["max" or "max_tokens"] => Onnx.Pooling.Max,
            _ => null,
        };
    }

    private static int ReadMaxTokens(SentenceModelFolder folder)
    {
        var said = folder.Json("sentence_bert_config.json")?.Count("max_seq_length")
            ?? folder.Json("tokenizer_config.json")?.Count("model_max_length")
            ?? LongestWindow;
        var places = folder.Json("config.json")?.Count("max_position_embeddings") ?? LongestWindow;
        return Math.Clamp(Math.Min(said, places), ShortestWindow, LongestWindow);
    }

    private static string ReadPrompt(JsonElement? json, params string[] names)
    {
        if (json?.Member("prompts") is not { } prompts)
        {
            return "";
        }

        var common = json.Value.Text("default_prompt_name");
        return names.Select(name => prompts.Text(name)).FirstOrDefault(prompt => prompt is not null)
            ?? (common is null ? null : prompts.Text(common))
            ?? "";
    }
}

/// <summary>How the vectors of a text's tokens are combined to the vector of the text.</summary>
public enum Pooling
{
    Mean,

    /// <summary>The vector of the first token, <c>[CLS]</c>.</summary>
    FirstToken,

    /// <summary>At each position, the largest number of all token vectors.</summary>
    Max,
}

/// <summary>An operator's settings for a model folder; null: use the folder's own settings.</summary>
public sealed record SentenceModelOptions
{
    /// <summary>The space that the model is declared to share; null: a space of its own, named after the folder and its contents.</summary>
    public EmbeddingSpace? Space { get; init; }

    /// <summary>A text put before every query.</summary>
    public string? QueryPrefix { get; init; }

    /// <summary>A text put before every window of a memory.</summary>
    public string? DocumentPrefix { get; init; }
}
