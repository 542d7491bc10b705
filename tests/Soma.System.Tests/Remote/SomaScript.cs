using System.Diagnostics;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Remote;

/// <summary>Lines for a shell that knows the built program as <c>soma</c>, and finds a service by its variables.</summary>
internal static class SomaScript
{
    /// <summary>Runs the lines in a folder of their own, and stops the test where one fails.</summary>
    /// <returns>What they wrote to standard output.</returns>
    public static async Task<string> RunAsync(RunningService service, string lines)
    {
        var folder = service.NewFolder();
        var bin = WriteProgram(Path.Combine(folder, "bin"));
        var start = new ProcessStartInfo("bash", ["-c", "set -euo pipefail\nset -x\n" + lines])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["PATH"] = bin + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment["SOMA_URL"] = service.Url;
        start.Environment["SOMA_API_KEY"] = SomaProcess.Token;
        start.Environment["XDG_CONFIG_HOME"] = bin;
        foreach (var name in (string[])["SOMA_NAMESPACE", "SOMA_DATA_DIR", "SOMA_POSTGRES_URL", "POSTGRES_HOST"])
        {
            start.Environment.Remove(name);
        }

        using var bash = Process.Start(start) ?? throw new InvalidOperationException("bash does not start.");
        var errors = bash.StandardError.ReadToEndAsync();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.True(bash.ExitCode == 0, await errors);
        return output;
    }

    /// <summary>Makes the built program a command named <c>soma</c> in a folder, which is made where it is missing.</summary>
    internal static string WriteProgram(string folder)
    {
        var bin = Directory.CreateDirectory(folder).FullName;
        var soma = Path.Combine(bin, "soma");
        File.WriteAllText(soma, $"#!/bin/bash\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "soma.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(soma, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return bin;
    }
}
