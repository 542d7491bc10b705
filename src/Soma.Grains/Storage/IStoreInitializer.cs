namespace Soma.Grains.Storage;

/// <summary>What a host awaits before it starts anything that uses the store.</summary>
public interface IStoreInitializer
{
    /// <summary>Opens the store, locks it where it is exclusive, and brings its schema up to date; again: does nothing.</summary>
    /// <exception cref="UnsafeStoreException">It confirms commits that a crash can lose.</exception>
    /// <exception cref="SchemaException">It cannot be migrated, or is newer than this build.</exception>
    /// <exception cref="Soma.Grains.Interfaces.StoreUnavailableException">It cannot be reached.</exception>
    /// <exception cref="Sqlite.DataFolderException">The data folder is in use or cannot be written.</exception>
    Task InitializeAsync(CancellationToken cancellationToken);
}
