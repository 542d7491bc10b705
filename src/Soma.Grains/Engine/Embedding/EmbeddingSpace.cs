namespace Soma.Grains.Engine.Embedding;

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
