using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Tests.Engine;

/// <summary>A process with one set of models, and what namespaces may choose instead by name.</summary>
internal sealed class FixedModels(TextModels standard, params (string Name, TextModels Models)[] others) : IModelCatalog
{
    public TextModels For(string? embedder) =>
        embedder is null ? standard : others.Single(other => other.Name == embedder).Models;

    public ISentenceModel? Find(string space) =>
        others.Select(other => other.Models).Prepend(standard).Select(models => models.Model).FirstOrDefault(model => model?.Space.Name == space);
}
