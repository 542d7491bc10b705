using Soma.Grains.Interfaces;

namespace Soma.Grains.Storage.Archives;

/// <summary>A namespace that a store knows: it was written to, or somebody set it up.</summary>
/// <param name="Key">Whose.</param>
/// <param name="Row">Its row; of one that was only set up, zeros.</param>
public sealed record ArchivedNamespace(NamespaceKey Key, NamespaceRow Row);
