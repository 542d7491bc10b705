using System.Diagnostics;
using System.Text.RegularExpressions;
using Soma.System.Tests.Processes;
using Soma.System.Tests.Remote;
using Soma.Testing;

namespace Soma.System.Tests.Documentation;

/// <summary>The commands of docs/cli.md, run by a shell as somebody runs them who reads the page.</summary>
[Collection(ProcessTests.Name)]
public sealed partial class CommandLineGuideTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Every_command_of_the_page_does_what_the_page_says()
    {
        var blocks = Blocks().Matches(Repository.Read("docs/cli.md")).Select(match => match.Groups[1].Value).ToList();
        Assert.True(blocks.Count > 3);
        var folder = service.NewFolder();
        var soma = SomaScript.Write(folder);
        using var bash = new Process
        {
            StartInfo = new ProcessStartInfo("bash", ["-c", "set -euo pipefail\nset -x\n" + string.Concat(blocks)])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder,
            },
        };
        foreach (var (name, value) in SomaScript.Environment(service, soma))
        {
            bash.StartInfo.Environment[name] = value;
        }

        bash.Start();
        var errors = bash.StandardError.ReadToEndAsync();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();

        Assert.True(bash.ExitCode == 0, await errors);
        Assert.Contains("@kettle is stored: version 1, seq 1.\n", output, StringComparison.Ordinal);
        Assert.Contains("1 memories would be deleted.\n1 memories are deleted.\n", output, StringComparison.Ordinal);
        Assert.Contains("copy is deleted;", output, StringComparison.Ordinal);
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
