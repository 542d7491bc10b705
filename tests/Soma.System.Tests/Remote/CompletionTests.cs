using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Remote;

/// <summary>What shells are told about the end of a command line.</summary>
[Collection(ProcessTests.Name)]
public sealed class CompletionTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("soma sea", "search")]
    [InlineData("soma namespaces d", "delete")]
    [InlineData("/usr/bin/soma search --min", "--min-relevance")]
    [InlineData("soma search boat --mode ", "hybrid keyword vector")]
    [InlineData("soma completion ", "bash fish pwsh zsh")]
    [InlineData("soma list --type s", "semantic")]
    public async Task Commands_options_and_values_are_completed(string line, string words) =>
        Assert.Equal(words, await CompleteAsync(line));

    [Fact]
    public async Task Namespaces_are_those_of_the_service_and_none_where_it_is_away()
    {
        (await service.RunAsync("store", "one", "-n", "tab:1")).AssertWell();
        (await service.RunAsync("store", "two", "-n", "tab:2")).AssertWell();

        Assert.Equal("tab:1 tab:2", await AskAsync("soma list -n tab"));
        Assert.Equal("tab:1 tab:2", await AskAsync("soma changes tab"));
        var away = await RunningService.RunAsync(new Dictionary<string, string?> { ["SOMA_URL"] = "http://127.0.0.1:9" }, ["completion", "words", "soma list -n tab"]);
        away.AssertWell();
        Assert.Empty(away.Output);
    }

    [Theory]
    [InlineData("soma sea", "soma sea", "search")]
    [InlineData("soma list --namespace colon:", "soma list --namespace colon :", "1")]
    public async Task Bash_completes_by_the_script(string line, string words, string expected)
    {
        (await service.RunAsync("store", "one", "-n", "colon:1")).AssertWell();
        var script = $$"""
            source <(soma completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{words}}) COMP_CWORD=$(({{words.Split(' ').Length}} - 1))
            for _ in {1..60}; do _soma; [[ -n ${COMPREPLY-} ]] && break; done
            printf '%s\n' "$COMPREPLY"
            complete -p soma
            """;

        Assert.Equal($"{expected}\ncomplete -o bashdefault -o default -F _soma soma\n", await SomaScript.RunAsync(service, script));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task Each_shell_has_a_script_that_asks_soma(string shell)
    {
        var printed = await service.RunAsync("completion", shell);

        printed.AssertWell();
        Assert.Contains("completion words", printed.Output, StringComparison.Ordinal);
    }

    /// <summary>Completes again while nothing is found, as whoever presses the key again: a completion gives a service that is busy a second, and no longer.</summary>
    private async Task<string> AskAsync(string line)
    {
        var completed = "";
        await Eventually.TrueAsync(async () => (completed = await CompleteAsync(line)).Length > 0);
        return completed;
    }

    private async Task<string> CompleteAsync(string line)
    {
        var completed = await service.RunAsync("completion", "words", line);
        completed.AssertWell();
        return completed.Output.TrimEnd('\n').Replace('\n', ' ');
    }
}
