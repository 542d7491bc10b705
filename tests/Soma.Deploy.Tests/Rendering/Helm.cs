using System.Diagnostics;

namespace Soma.Deploy.Tests.Rendering;

/// <summary>Runs Helm 3 or 4, which <c>scripts/deploy/helm-tools.sh</c> fetches. Where there is none, tests fail.</summary>
public static class Helm
{
    /// <summary>The major versions that the chart is rendered by.</summary>
    public static IReadOnlyList<int> Versions { get; } = [3, 4];

    /// <param name="version">3 or 4.</param>
    /// <param name="arguments">As on a command line.</param>
    /// <exception cref="HelmException">Helm failed; the message is what it printed.</exception>
    public static string Run(int version, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(PathOf(version), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} does not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new HelmException(errors.GetAwaiter().GetResult());
    }

    private static string PathOf(int version)
    {
        var variable = version == 3 ? "SOMA_HELM3" : "SOMA_HELM";
        return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path
            ? path
            : throw new InvalidOperationException($"{variable} must name a Helm {version}: run `make test-chart`.");
    }
}

/// <summary>Helm refused.</summary>
public sealed class HelmException(string message) : Exception(message);
