using Microsoft.Data.Sqlite;
using Soma.Grains.Storage.Archives;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>What reading and building whole namespaces on SQLite share.</summary>
internal static class SqliteArchive
{
    // The type in the grain ids of namespaces, as SQLite's grain storage writes them.
    private const string GrainIdPrefix = "namespace/";

    /// <summary>What the grain ids of all namespaces begin with, before tenant and name.</summary>
    public static string GrainIdOfTenants => GrainIdPrefix + NamespaceKey.Prefix;

    public static SqlStatements Sql { get; } = new("Sqlite", "Archives");

    /// <summary>A failure includes SQLite's own message, because operators read it, not clients.</summary>
    public static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException exception)
        {
            throw new StoreUnavailableException($"the database: {exception.Message}", exception);
        }
    }

    public static IReadOnlyList<ArchivedNamespace> List(SqliteSession session, string serviceId)
    {
        var written = session.Read(Sql["list_namespaces"], ArchiveRows.Namespace);
        var ids = session.Read(Sql["list_settings"], row => row.GetString(0), serviceId, NamespaceGrain.StateName);
        var keys = ids.Where(id => id.StartsWith(GrainIdPrefix, StringComparison.Ordinal));
        return ArchiveRows.Merge(written, keys.Select(id => id[GrainIdPrefix.Length..]));
    }

    public static IReadOnlyList<NamespaceState> ListStates(SqliteSession session, string serviceId)
    {
        var written = session.Read(Sql["list_states"], ArchiveRows.State);
        var settings = session.Read(
            Sql["list_all_settings"], row => (Id: row.GetString(0), Payload: row.GetFieldValue<byte[]>(1)), serviceId, NamespaceGrain.StateName);
        return NamespaceState.Merge(
            written,
            settings.Where(one => one.Id.StartsWith(GrainIdPrefix, StringComparison.Ordinal)).Select(one => (one.Id[GrainIdPrefix.Length..], one.Payload)));
    }

    public static NamespaceFacts Examine(SqliteSession session, long id)
    {
        var facts = session.Read(Sql["examine_log"], ArchiveRows.Facts, id)[0];
        return facts with
        {
            Counts = session.Read(Sql["examine_counts"], row => StoredRows.Counts(row, 0), id)[0],
            WrongVersions = Count(session, "examine_versions", id),
            WrongMemories = Count(session, "examine_memories", id),
            WrongLinks = Count(session, "examine_links", id),
        };
    }

    public static string GrainIdOf(NamespaceKey key) => GrainIdPrefix + key.ToGrainKey();

    private static long Count(SqliteSession session, string statement, long id) =>
        session.Read(Sql[statement], row => row.GetInt64(0), id)[0];
}
