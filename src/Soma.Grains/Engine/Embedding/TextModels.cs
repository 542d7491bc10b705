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

/// <summary>Says whose vectors can be compared with each other.</summary>
/// <param name="Name">
/// Names provider and model, as the store keeps it: <c>all-minilm-l6-v2</c> for the built-in pair. ASCII, at most 200 characters.
/// </param>
/// <param name="Dimension">How many numbers a vector has.</param>
public sealed record EmbeddingSpace(string Name, int Dimension)
{
    /// <summary>The space of the built-in models: the table was distilled into the sentence model's own.</summary>
    public static EmbeddingSpace BuiltIn { get; } = new("all-minilm-l6-v2", 384);
}

/// <summary>The models of this process.</summary>
public interface IModelCatalog
{
    /// <summary>What a namespace's setting selects; null: what the process is set to.</summary>
    /// <param name="embedder"><c>builtin</c>, <c>fast</c>, <c>none</c> or null.</param>
    TextModels For(string? embedder);

    /// <summary>The sentence model that makes vectors of this space; null: this process has none.</summary>
    ISentenceModel? Find(string space);
}
