using System.Globalization;

namespace Soma.System.Tests.Chaos;

/// <summary>
/// How long and how hard the cluster is tested: little in an ordinary test run, more if the variables ask for it.
/// </summary>
internal static class ChaosSettings
{
    /// <summary><c>SOMA_CHAOS_MINUTES</c>: how long a run takes.</summary>
    public static TimeSpan Time => TimeSpan.FromMinutes(Number("SOMA_CHAOS_MINUTES", 1.5));

    /// <summary><c>SOMA_CHAOS_RATE</c>: operations a second.</summary>
    public static double Rate => Number("SOMA_CHAOS_RATE", 200);

    /// <summary>
    /// <c>SOMA_FAILOVER_KILLS</c>: how many owners are killed to measure the pause of their namespaces.
    /// </summary>
    public static int FailoverKills => (int)Number("SOMA_FAILOVER_KILLS", 3);

    /// <summary><c>SOMA_CHAOS_TLS</c>: whether clients, gateways, silos and Redis speak TLS; 0 turns it off.</summary>
    public static bool HasTls => Number("SOMA_CHAOS_TLS", 1) != 0;

    /// <summary><c>SOMA_CHAOS_SEED</c>: repeats the faults of the run that printed this seed.</summary>
    public static int Seed => (int)Number("SOMA_CHAOS_SEED", Environment.TickCount & 0xffff);

    /// <summary><c>SOMA_CHAOS_FAULTS</c>: the names of the faults to use, separated by commas; null: all.</summary>
    public static IReadOnlyList<string>? Faults =>
        Environment.GetEnvironmentVariable("SOMA_CHAOS_FAULTS")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary><c>SOMA_CHAOS_REPORT</c>: the file to which summaries are appended.</summary>
    public static string? ReportFile => Environment.GetEnvironmentVariable("SOMA_CHAOS_REPORT");

    /// <summary><c>SOMA_CHAOS_LOGS</c>: the folder in which each process's log is kept as a file.</summary>
    public static string? LogsFolder => Environment.GetEnvironmentVariable("SOMA_CHAOS_LOGS") is { Length: > 0 } folder
        ? Directory.CreateDirectory(folder).FullName
        : null;

    private static double Number(string variable, double otherwise) =>
        double.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
