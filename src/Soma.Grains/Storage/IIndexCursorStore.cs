namespace Soma.Grains.Storage;

/// <summary>Keeps, beside the canonical data, how far each namespace is indexed in each space (the table <c>index_cursor</c>).</summary>
/// <remarks>Failures are those of the canonical store: <see cref="Interfaces.StoreUnavailableException"/>, nothing was written.</remarks>
public interface IIndexCursorStore
{
    /// <summary>The cursor; null: there is none.</summary>
    Task<IndexCursor?> ReadAsync(long namespaceId, string space, CancellationToken cancellationToken);

    /// <summary>
    /// Writes <paramref name="next"/>, forwards or back, if the cursor still is <paramref name="expected"/> (null: there is
    /// none). False: it is not, for somebody else indexes this namespace.
    /// </summary>
    Task<bool> MoveAsync(long namespaceId, string space, IndexCursor? expected, IndexCursor next, CancellationToken cancellationToken);
}
