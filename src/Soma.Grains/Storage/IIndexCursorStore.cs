namespace Soma.Grains.Storage;

/// <summary>
/// Stores how far each namespace is indexed in each space, in the table <c>index_cursor</c> beside the canonical data.
/// </summary>
/// <remarks>
/// Failures are those of the canonical store: on <see cref="Interfaces.StoreUnavailableException"/> nothing was
/// written.
/// </remarks>
public interface IIndexCursorStore
{
    /// <summary>Reads the cursor; null: there is none.</summary>
    Task<IndexCursor?> ReadAsync(long namespaceId, string space, CancellationToken cancellationToken);

    /// <summary>
    /// Sets the cursor to <paramref name="next"/>, which may be ahead or behind, if it still is <paramref
    /// name="expected"/> (null: there is no cursor yet). Returns false if it is not, because another process indexes
    /// this namespace.
    /// </summary>
    Task<bool> MoveAsync(long namespaceId, string space, IndexCursor? expected, IndexCursor next, CancellationToken cancellationToken);
}
