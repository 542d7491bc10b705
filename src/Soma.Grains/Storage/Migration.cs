using Microsoft.Extensions.Logging;

namespace Soma.Grains.Storage;

/// <summary>One numbered change of a schema.</summary>
/// <param name="Version">The schema's version afterwards.</param>
/// <param name="ReadableFrom">The oldest version whose build still works on the schema afterwards.</param>
/// <param name="Sql">What makes the change.</param>
internal sealed record Migration(int Version, int ReadableFrom, string Sql)
{
    /// <summary>The migrations still to apply to a schema at <paramref name="version"/>; 0: there is none yet.</summary>
    /// <exception cref="SchemaException">The schema is newer than what this build may work on.</exception>
    public static IReadOnlyList<Migration> Pending(IReadOnlyList<Migration> known, int version, int readableFrom)
    {
        var newest = known[^1].Version;
        return readableFrom <= newest
            ? [.. known.Where(migration => migration.Version > version)]
            : throw new SchemaException(
                $"The store's schema is version {version} and can be used from version {readableFrom} on; this build knows version {newest}. Nothing was changed: start a newer build.");
    }

    /// <summary>Tells an operator who waits for the start how far the migration of a filled store is. A new store is made in silence.</summary>
    public void Announce(ILogger? logger, int from, IReadOnlyList<Migration> known)
    {
        if (logger is not null && from > 0)
        {
            Log.Migrating(logger, from, known[^1].Version, Version - from, known[^1].Version - from);
        }
    }
}
