using Soma.Grains.Engine.Refining;
using Soma.Grains.Engine.Searching;

namespace Soma.Grains.Embeddings;

/// <summary>The models of this process.</summary>
public sealed class ModelCatalog(ITextEmbedder table) : IModelCatalog
{
    public TextModels For(string? embedder) => embedder == "none" ? TextModels.None : new TextModels(table, null);

    public ISentenceModel? Find(string space) => null;
}
