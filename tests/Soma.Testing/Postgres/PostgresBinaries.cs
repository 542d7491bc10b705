namespace Soma.Testing.Postgres;

/// <summary>Where the machine's Postgres programs are.</summary>
internal static class PostgresBinaries
{
    /// <summary>The folder of initdb and pg_ctl: <c>PG_BIN</c>, then PATH, then where distributions put them, newest first.</summary>
    /// <exception cref="InvalidOperationException">There is none: a test that needs Postgres fails, it is never skipped.</exception>
    public static string Find()
    {
        var candidates = new[] { Environment.GetEnvironmentVariable("PG_BIN") ?? "" }
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .Concat(Distributions());
        return candidates.FirstOrDefault(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")))
            ?? throw new InvalidOperationException(
                "These tests need PostgreSQL: set PG_BIN to the folder of initdb and pg_ctl, or install it where /usr/lib/postgresql/*/bin finds it.");
    }

    private static IEnumerable<string> Distributions() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
        : [];
}
