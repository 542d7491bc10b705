using System.Diagnostics;
using System.Text.RegularExpressions;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Documentation;

/// <summary>
/// The commands that README.md shows first. Its lines for clients of MCP are tried by <c>McpExamplesTests</c>, and those of the libraries by
/// <c>LibraryTests</c>.
/// </summary>
[Collection(ProcessTests.Name)]
public sealed partial class ReadmeTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_first_memory_is_stored_and_found_by_the_commands_as_they_are_printed()
    {
        await using var store = await ServedStore.CreateAsync(StoreKind.Sqlite, postgres);
        await using var soma = new SomaProcess(store.Environment);
        await soma.StartAsync();
        var commands = Commands().Match(Repository.Read("README.md"));
        Assert.True(commands.Success);

        var answers = await RunAsync(commands.Groups[1].Value
            .Replace("http://127.0.0.1:9595", soma.Client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("devtoken", SomaProcess.Token, StringComparison.Ordinal));

        Assert.Contains("\"ok\":true", answers, StringComparison.Ordinal);
        Assert.Contains("The kettle is in the blue cupboard", answers, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string commands)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var shell = Process.Start(start) ?? throw new InvalidOperationException("bash does not start");
        await shell.StandardInput.WriteAsync($"set -euo pipefail\n{commands}");
        shell.StandardInput.Close();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
        return output;
    }

    [GeneratedRegex(@"^```sh\n(curl.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Commands();
}
