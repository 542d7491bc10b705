using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Testing.Storage;

// Whole namespaces.
public sealed partial class FaultyStore : INamespaceStore
{
    private INamespaceStore Namespaces => (INamespaceStore)store;

    public Task<IReadOnlyList<NamespaceSummary>> ListAsync(ListNamespaces query, CancellationToken cancellationToken) =>
        PassAsync(() => Namespaces.ListAsync(query, cancellationToken));

    public Task<RemovedNamespace?> RemoveAsync(NamespaceRemoval removal, CancellationToken cancellationToken) =>
        PassAsync(() => Namespaces.RemoveAsync(removal, cancellationToken));

    public Task<IReadOnlyList<RemovedNamespace>> FindRemovedAsync(int limit, CancellationToken cancellationToken) =>
        PassAsync(() => Namespaces.FindRemovedAsync(limit, cancellationToken));

    public Task<int> SweepRemovedAsync(long id, int limit, CancellationToken cancellationToken) =>
        PassAsync(() => Namespaces.SweepRemovedAsync(id, limit, cancellationToken));
}
