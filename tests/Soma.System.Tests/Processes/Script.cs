using System.Diagnostics;
using Soma.Testing;

namespace Soma.System.Tests.Processes;

/// <summary>A script of the repository that uses a running service.</summary>
internal static class Script
{
    /// <summary>Runs a script with the service's address and token in its environment, and nothing else of Soma's.</summary>
    /// <param name="soma">The service.</param>
    /// <param name="script">Its path in the repository.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<(int ExitCode, CapturedText Output)> RunAsync(SomaProcess soma, string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, script), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SOMA_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["SOMA_URL"] = soma.Client.BaseAddress!.ToString().TrimEnd('/');
        start.Environment["SOMA_API_TOKEN"] = SomaProcess.Token;
        start.Environment["SOMA_PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "soma.dll");
        var output = new CapturedText();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => output.Append(line.Data);
        process.ErrorDataReceived += (_, line) => output.Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
