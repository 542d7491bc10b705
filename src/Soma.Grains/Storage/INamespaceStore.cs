namespace Soma.Grains.Storage;

/// <summary>Lists whole namespaces and deletes them.</summary>
/// <remarks>
/// <para>A deletion is one transaction that takes the namespace's name and epoch away, so commits and lease checks of its owner fail from
/// then on. The rows are deleted afterwards, in small sets, when no reader can hold them any more.</para>
/// <para>A failure is a <see cref="StoreUnavailableException"/>. Every call may be sent again.</para>
/// </remarks>
public interface INamespaceStore
{
    /// <summary>A page of a tenant's namespaces that were written to, ordered by name, from the rows' counters.</summary>
    Task<IReadOnlyList<NamespaceSummary>> ListAsync(ListNamespaces query, CancellationToken cancellationToken);

    /// <summary>Deletes a namespace and its settings. Null: no namespace of this name has this id, and none of its rows are left.</summary>
    Task<RemovedNamespace?> RemoveAsync(NamespaceRemoval removal, CancellationToken cancellationToken);

    /// <summary>Ids whose namespaces were deleted or replaced and whose rows are still there, and the lease that a reader may still hold.</summary>
    Task<IReadOnlyList<RemovedNamespace>> FindRemovedAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Deletes up to so many rows of a deleted namespace. 0: nothing is left of it.</summary>
    Task<int> SweepRemovedAsync(long id, int limit, CancellationToken cancellationToken);
}

/// <summary>A namespace that is to be deleted.</summary>
/// <param name="Id">The id that the name must have.</param>
/// <param name="Key">The name.</param>
/// <param name="ServiceId">Under which service its settings are filed.</param>
public sealed record NamespaceRemoval(long Id, NamespaceKey Key, string ServiceId);

/// <summary>A namespace that was deleted.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Epoch">The epoch of the owner that it was taken from; 0: it had been deleted before.</param>
/// <param name="Lease">How long that owner may still answer reads; zero if it had released the namespace.</param>
public sealed record RemovedNamespace(long Id, long Epoch, TimeSpan Lease);
