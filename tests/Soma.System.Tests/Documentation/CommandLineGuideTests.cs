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

        var output = await SomaScript.RunAsync(service, string.Concat(blocks));

        Assert.Contains("@kettle is stored: version 1, seq 1.\n", output, StringComparison.Ordinal);
        Assert.Contains("1 memories would be deleted.\n1 memories are deleted.\n", output, StringComparison.Ordinal);
        Assert.Contains("copy is deleted;", output, StringComparison.Ordinal);
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
