using Soma.Grains.Engine.Refining;
using Soma.Grains.Engine.Searching;

namespace Soma.Grains.Embeddings;

/// <summary>What a namespace embeds its texts with.</summary>
public sealed record TextModels
{
    /// <summary>No vectors of texts at all.</summary>
    public static TextModels None { get; } = new();

    /// <summary>Makes first vectors; null: there are none.</summary>
    public ITextEmbedder? Table { get; init; }

    /// <summary>Makes the better ones; null: first vectors stay. Its queries are cached.</summary>
    public ISentenceModel? Model { get; init; }

    /// <summary>Whether <see cref="Model"/> embeds queries too where both share a space; false without one.</summary>
    public bool AccurateQueries { get; init; }
}
