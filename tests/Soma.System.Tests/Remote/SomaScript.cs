using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Remote;

/// <summary>The built program under the name by which shells know it.</summary>
internal static class SomaScript
{
    /// <returns>The folder of the program, for <c>PATH</c>.</returns>
    public static string Write(string folder)
    {
        var bin = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        var soma = Path.Combine(bin, "soma");
        File.WriteAllText(soma, $"#!/bin/bash\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "soma.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(soma, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return bin;
    }

    /// <summary>The variables by which it finds a service, and a shell finds it.</summary>
    public static IEnumerable<(string Name, string? Value)> Environment(RunningService service, string bin) =>
    [
        ("PATH", bin + ":" + global::System.Environment.GetEnvironmentVariable("PATH")),
        ("SOMA_URL", service.Url),
        ("SOMA_API_KEY", SomaProcess.Token),
        ("SOMA_NAMESPACE", null),
        ("XDG_CONFIG_HOME", bin),
        ("SOMA_DATA_DIR", null),
        ("SOMA_POSTGRES_URL", null),
        ("POSTGRES_HOST", null),
    ];
}
