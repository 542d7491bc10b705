namespace Soma.Grains.Storage.Postgres;

/// <summary>The statements and migrations under <c>Sql</c>, read once.</summary>
internal static class PostgresSql
{
    public static SqlStatements Named { get; } = new("Postgres");

    public static IReadOnlyList<Migration> Migrations { get; } = EmbeddedSql.ReadMigrations("Postgres");
}
