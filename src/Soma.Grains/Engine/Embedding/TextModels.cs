using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Embedding;

/// <summary>The models by which texts are embedded: a table makes a first vector at once, and a sentence model makes a better one later.</summary>
/// <param name="Table">Null: texts get no vectors, not from a sentence model either.</param>
/// <param name="Model">Null: the first vectors stay.</param>
/// <param name="AccurateQueries">Whether queries are embedded by the sentence model even where the table, which is faster, could embed them.</param>
public sealed record TextModels(ITextEmbedder? Table, ISentenceModel? Model, bool AccurateQueries = false)
{
    /// <summary>Texts get no vectors. Memories are found by their words.</summary>
    public static TextModels None { get; } = new(null, null);

    /// <summary>The space in which memories' vectors should be; null: texts get no vectors.</summary>
    public EmbeddingSpace? Target => Model?.Space ?? (Table is null ? null : EmbeddingSpace.BuiltIn);

    /// <summary>Whether the sentence model's vectors can be compared with the table's.</summary>
    public bool IsShared => Model is null || Model.Space == EmbeddingSpace.BuiltIn;
}

/// <summary>A space of vectors. Only vectors of the same space can be compared.</summary>
/// <param name="Name">
/// The name of the model, as the store keeps it: ASCII, at most 200 characters. Example: <c>all-minilm-l6-v2</c>.
/// </param>
/// <param name="Dimension">How many numbers a vector has.</param>
public sealed record EmbeddingSpace(string Name, int Dimension)
{
    /// <summary>The space of the built-in sentence model. The built-in table was distilled from it, so its vectors are in the same space.</summary>
    public static EmbeddingSpace BuiltIn { get; } = new("all-minilm-l6-v2", 384);
}

/// <summary>Finds the models of this process.</summary>
public interface IModelCatalog
{
    /// <summary>Returns the models that a namespace's setting selects.</summary>
    /// <param name="embedder"><c>builtin</c>, <c>fast</c> or <c>none</c>; null: the models that the process is configured with.</param>
    TextModels For(string? embedder);

    /// <summary>Returns the sentence model that makes vectors of this space; null: this process has none.</summary>
    ISentenceModel? Find(string space);
}
