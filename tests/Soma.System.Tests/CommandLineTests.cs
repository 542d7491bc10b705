using Soma.Hosting;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests;

/// <summary>Tests the command line without starting the service.</summary>
[Collection(ProcessTests.Name)]
public sealed class CommandLineTests
{
    [Fact]
    public async Task The_version_is_one_line()
    {
        await using var soma = new SomaProcess(new Dictionary<string, string?>());

        Assert.Equal(0, await soma.RunToEndAsync("--version"));
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", soma.Output);
    }

    [Fact]
    public async Task The_help_names_the_command_and_the_exit_codes()
    {
        await using var soma = new SomaProcess(new Dictionary<string, string?>());

        Assert.Equal(0, await soma.RunToEndAsync("--help"));
        Assert.Contains("serve", soma.Output, StringComparison.Ordinal);
        foreach (var code in Enum.GetValues<ExitCode>())
        {
            Assert.Contains($"{(int)code} ", soma.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Reindex_says_in_one_line_that_no_service_answers()
    {
        await using var soma = new SomaProcess(new Dictionary<string, string?>());

        Assert.Equal((int)ExitCode.Failed, await soma.RunToEndAsync("reindex", "notes", "--url", $"http://127.0.0.1:{soma.Port}"));
        Assert.Matches(@"^soma: http://127\.0\.0\.1:\d+/ cannot be reached: [^\n]+\n$", soma.Errors);
        Assert.Equal((int)ExitCode.Usage, await soma.RunToEndAsync("reindex", "notes", "--url", "nowhere"));
    }

    [Fact]
    public async Task Calibrate_says_in_one_line_that_no_service_answers()
    {
        await using var soma = new SomaProcess(new Dictionary<string, string?>());

        Assert.Equal((int)ExitCode.Failed, await soma.RunToEndAsync("calibrate", "notes", "--url", $"http://127.0.0.1:{soma.Port}", "--dry-run"));
        Assert.Matches(@"^soma: http://127\.0\.0\.1:\d+/ cannot be reached: [^\n]+\n$", soma.Errors);
        Assert.Equal((int)ExitCode.Usage, await soma.RunToEndAsync("calibrate"));
        Assert.Equal((int)ExitCode.Usage, await soma.RunToEndAsync("calibrate", "no/name"));
    }

    [Fact]
    public async Task Health_says_in_one_line_that_no_service_answers()
    {
        await using var soma = new SomaProcess(new Dictionary<string, string?>());

        Assert.Equal((int)ExitCode.Failed, await soma.RunToEndAsync("health"));
        Assert.Matches(@"^soma: http://127\.0\.0\.1:\d+/readyz cannot be reached: [^\n]+\n$", soma.Errors);
    }

    [Fact]
    public async Task An_unknown_command_has_another_exit_code_than_a_failure()
    {
        await using var soma = new SomaProcess(new Dictionary<string, string?>());

        Assert.Equal((int)ExitCode.Usage, await soma.RunToEndAsync("dance"));
        Assert.Contains("dance", soma.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soma: unknown option --atfer; did you mean --after?\n", "changes", "notes", "--atfer", "3")]
    [InlineData("soma: unknown command bakcup; did you mean backup?\n", "bakcup")]
    [InlineData("soma: unknown option --nonsense; soma changes --help lists what there is.\n", "changes", "notes", "--nonsense")]
    public async Task A_wrong_word_is_answered_in_one_line_with_the_nearest_one(string said, params string[] arguments)
    {
        await using var soma = new SomaProcess(new Dictionary<string, string?>());

        Assert.Equal((int)ExitCode.Usage, await soma.RunToEndAsync(arguments));

        Assert.Equal(said, soma.Errors);
        Assert.Empty(soma.Output);
    }
}
