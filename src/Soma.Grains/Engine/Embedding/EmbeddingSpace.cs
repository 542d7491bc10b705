namespace Soma.Grains.Engine.Embedding;

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
