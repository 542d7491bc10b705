using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Embedding;

/// <summary>What texts are embedded by: a table for the first vector, a sentence model for the better one, both or neither.</summary>
/// <param name="Table">Null: there are no text vectors at all, then neither by a sentence model.</param>
/// <param name="Model">Null: first vectors stay.</param>
/// <param name="AccurateQueries">Whether queries go through a sentence model of the table's space too, not only through the table.</param>
public sealed record TextModels(ITextEmbedder? Table, ISentenceModel? Model, bool AccurateQueries = false)
{
    /// <summary>No text vectors; memories are found by word.</summary>
    public static TextModels None { get; } = new(null, null);

    /// <summary>The space that memories' vectors are to be in; null: none.</summary>
    public EmbeddingSpace? Target => Model?.Space ?? (Table is null ? null : EmbeddingSpace.BuiltIn);

    /// <summary>Whether the sentence model's vectors can be compared with the table's.</summary>
    public bool IsShared => Model is null || Model.Space == EmbeddingSpace.BuiltIn;
}
