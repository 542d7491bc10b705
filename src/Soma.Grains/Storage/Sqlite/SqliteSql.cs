namespace Soma.Grains.Storage.Sqlite;

/// <summary>The statements and migrations under <c>Sql</c>, read once.</summary>
internal static class SqliteSql
{
    public static SqlStatements Named { get; } = new("Sqlite");

    public static IReadOnlyList<Migration> Migrations { get; } = EmbeddedSql.ReadMigrations("Sqlite");
}
