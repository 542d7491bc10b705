namespace Soma.Grains.Storage.Sqlite;

/// <summary>Brings the database's schema up to date in one transaction; one that needs a newer build is left untouched.</summary>
internal static class SqliteSchema
{
    /// <exception cref="SchemaException">The schema is newer than what this build may work on.</exception>
    public static void Migrate(SqliteSession session)
    {
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            MigrateLocked(session);
            session.Execute("COMMIT");
        }
        catch when (!session.IsOutsideTransaction)
        {
            session.Execute("ROLLBACK");
            throw;
        }
    }

    private static void MigrateLocked(SqliteSession session)
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
            session.ExecuteScript(migration.Sql);
            session.Execute(SqliteSql.Named["write_schema_version"], migration.Version, migration.ReadableFrom);
        }
    }
}
