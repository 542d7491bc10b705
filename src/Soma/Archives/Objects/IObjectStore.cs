namespace Soma.Archives.Objects;

/// <summary>Named objects under one prefix, as S3 keeps them: written whole, never changed, listed by their names.</summary>
/// <remarks>A failure of the store is an <see cref="ObjectStoreException"/>.</remarks>
internal interface IObjectStore : IDisposable
{
    /// <summary>The place in messages, e.g. <c>s3://bucket/prefix</c>.</summary>
    string Name { get; }

    /// <summary>The objects whose names begin with a prefix, in the order of their names.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Reads an object from its beginning; null: there is none.</summary>
    Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes an object. When the method returns, it is there as a whole.</summary>
    /// <param name="name">Its name below the prefix.</param>
    /// <param name="content">Can be read more than once.</param>
    /// <param name="lockedUntil">Before then nobody may delete the object; null: anybody with the right may.</param>
    /// <param name="cancellationToken">Gives up. Nothing is left then.</param>
    Task PutAsync(string name, Stream content, DateTimeOffset? lockedUntil, CancellationToken cancellationToken);

    /// <summary>Writes a small object only if there is none of this name, where the store can do that; else writes it.</summary>
    /// <returns>False: there is one.</returns>
    Task<bool> TryCreateAsync(string name, byte[] content, CancellationToken cancellationToken);

    /// <returns>False: a lock of the store keeps the object.</returns>
    Task<bool> DeleteAsync(string name, CancellationToken cancellationToken);
}

/// <param name="Name">Below the prefix.</param>
/// <param name="Bytes">As it is stored.</param>
/// <param name="WrittenAt">By the store's clock.</param>
internal sealed record StoredObject(string Name, long Bytes, DateTimeOffset WrittenAt);

/// <summary>The store of objects does not answer, or refuses.</summary>
internal sealed class ObjectStoreException(string message, Exception inner) : Exception(message, inner);
