namespace Soma.Grains.Engine.Embedding;

/// <summary>Says in answers where a memory's vector came from.</summary>
internal static class EmbeddingSource
{
    public const string Precomputed = "precomputed";
    public const string None = "none";

    /// <summary><c>precomputed</c> for a brought vector, the model's name for one made of text, else <c>none</c>.</summary>
    public static string Of(MemoryRow row, string modelName) =>
        row.BroughtVector is not null ? Precomputed : row.HasText ? modelName : None;
}
