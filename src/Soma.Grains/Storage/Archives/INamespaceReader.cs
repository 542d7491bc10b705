using Soma.Grains.Interfaces;

namespace Soma.Grains.Storage.Archives;

/// <summary>Reads whole namespaces beside whoever serves them: takes no lock and changes nothing.</summary>
/// <remarks>Failures are <see cref="StoreUnavailableException"/>, and <see cref="SchemaException"/> for data of a newer build.</remarks>
public interface INamespaceReader : IAsyncDisposable
{
    /// <summary>What kind of store this is: <c>postgres</c> or <c>sqlite</c>.</summary>
    string Kind { get; }

    /// <summary>Every namespace there is now, ordered by tenant and name.</summary>
    Task<IReadOnlyList<ArchivedNamespace>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Opens a namespace in one read transaction, so that all of it is of one seq; null: there is none.</summary>
    Task<INamespaceSnapshot?> OpenAsync(NamespaceKey key, CancellationToken cancellationToken);
}
