namespace Soma.Grains.Storage;

/// <summary>
/// The store cannot be opened: it cannot be reached, not be migrated, or is newer than this build may read. The message is
/// one line for an operator, and nothing was changed.
/// </summary>
public sealed class SchemaException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The database confirms commits that a crash of its machine can lose. The message names the setting, and nothing was changed.</summary>
public sealed class UnsafeStoreException(string message) : Exception(message);
