namespace Soma.Grains.Storage;

/// <summary>Prepares the store. A host awaits it before it starts anything that uses the store.</summary>
public interface IStoreInitializer
{
    /// <summary>Opens the store, locks it if it is exclusive, and migrates its schema. Further calls do nothing.</summary>
    /// <exception cref="UnsafeStoreException">It confirms commits that a crash can lose.</exception>
    /// <exception cref="SchemaException">It cannot be migrated, or is newer than this build.</exception>
    /// <exception cref="Soma.Grains.Interfaces.StoreUnavailableException">It cannot be reached.</exception>
    /// <exception cref="Sqlite.DataFolderException">The data folder is in use or cannot be written.</exception>
    Task InitializeAsync(CancellationToken cancellationToken);
}
