namespace Soma.Testing.Postgres;

/// <summary>Finds the Postgres programs on this machine.</summary>
internal static class PostgresBinaries
{
    private static readonly string[] Programs = ["initdb", "pg_ctl", "pg_basebackup"];

    /// <summary>
    /// The folder of initdb, pg_ctl and pg_basebackup. It is searched in <c>PG_BIN</c>, then in PATH, then in the folders of
    /// distributions, newest version first.
    /// </summary>
    /// <exception cref="InvalidOperationException">Postgres was not found. Tests that need it fail; they are never
    /// skipped.</exception>
    public static string Find()
    {
        var candidates = new[] { Environment.GetEnvironmentVariable("PG_BIN") ?? "" }
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .Concat(Distributions());
        return candidates.FirstOrDefault(folder => folder.Length > 0 && Programs.All(program => File.Exists(Path.Combine(folder, program))))
            ?? throw new InvalidOperationException(
                "These tests need PostgreSQL: set PG_BIN to the folder of initdb, pg_ctl and pg_basebackup, or install it where /usr/lib/postgresql/*/bin finds it.");
    }

    private static IEnumerable<string> Distributions() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
        : [];
}
