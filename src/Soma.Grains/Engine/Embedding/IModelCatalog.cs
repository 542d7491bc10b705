namespace Soma.Grains.Engine.Embedding;

/// <summary>The models of this process.</summary>
public interface IModelCatalog
{
    /// <summary>What a namespace's setting selects; null: what the process is set to.</summary>
    /// <param name="embedder"><c>builtin</c>, <c>fast</c>, <c>none</c> or null.</param>
    TextModels For(string? embedder);

    /// <summary>The sentence model that makes vectors of this space; null: this process has none.</summary>
    ISentenceModel? Find(string space);
}
