using Microsoft.Extensions.Logging;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>Brings the database's schema up to date in one transaction; one that needs a newer build is left untouched.</summary>
internal static class SqliteSchema
{
    /// <exception cref="SchemaException">The schema is newer than what this build may work on.</exception>
    public static void Migrate(SqliteSession session, ILogger? logger)
    {
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            MigrateLocked(session, logger);
            session.Execute("COMMIT");
        }
        catch when (!session.IsOutsideTransaction)
        {
            session.Execute("ROLLBACK");
            throw;
        }
    }

    private static void MigrateLocked(SqliteSession session, ILogger? logger)
    {
        if (!session.Exists(SqliteSql.Named["schema_exists"]))
        {
            session.ExecuteScript(SqliteSql.Named["create_schema"]);
        }

        var found = session.Read(SqliteSql.Named["read_schema_version"], row => (Version: row.GetInt32(0), ReadableFrom: row.GetInt32(1)));
        if (found.Count == 0)
        {
            throw new SchemaException("The database's schema does not say which version it is: schema_version has no row.");
        }

        foreach (var migration in Migration.Pending(SqliteSql.Migrations, found[0].Version, found[0].ReadableFrom))
        {
            migration.Announce(logger, found[0].Version, SqliteSql.Migrations);
            session.ExecuteScript(migration.Sql);
            session.Execute(SqliteSql.Named["write_schema_version"], migration.Version, migration.ReadableFrom);
        }
    }
}
