using System.Globalization;

namespace Soma.System.Tests.Chaos;

/// <summary>How long and how hard the cluster is tried: little in every test run, more where asked.</summary>
internal static class ChaosSettings
{
    /// <summary><c>SOMA_CHAOS_MINUTES</c>.</summary>
    public static TimeSpan Time => TimeSpan.FromMinutes(Number("SOMA_CHAOS_MINUTES", 1.5));

    /// <summary><c>SOMA_CHAOS_RATE</c>: operations a second.</summary>
    public static double Rate => Number("SOMA_CHAOS_RATE", 200);

    /// <summary><c>SOMA_FAILOVER_KILLS</c>.</summary>
    public static int FailoverKills => (int)Number("SOMA_FAILOVER_KILLS", 3);

    /// <summary><c>SOMA_CHAOS_SEED</c>, to have the faults of an earlier run again.</summary>
    public static int Seed => (int)Number("SOMA_CHAOS_SEED", Environment.TickCount & 0xffff);

    /// <summary><c>SOMA_CHAOS_FAULTS</c>: only these, by name, with commas between them; null: all.</summary>
    public static IReadOnlyList<string>? Faults =>
        Environment.GetEnvironmentVariable("SOMA_CHAOS_FAULTS")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary><c>SOMA_CHAOS_REPORT</c>: the file that summaries are added to.</summary>
    public static string? ReportFile => Environment.GetEnvironmentVariable("SOMA_CHAOS_REPORT");

    /// <summary><c>SOMA_CHAOS_LOGS</c>: the folder that every process's log is kept in, in a file of its own.</summary>
    public static string? LogsFolder => Environment.GetEnvironmentVariable("SOMA_CHAOS_LOGS") is { Length: > 0 } folder
        ? Directory.CreateDirectory(folder).FullName
        : null;

    private static double Number(string variable, double otherwise) =>
        double.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
