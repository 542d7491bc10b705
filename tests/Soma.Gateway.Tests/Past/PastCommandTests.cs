using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Interfaces;
using Soma.Hosting;
using Soma.Past;

namespace Soma.Gateway.Tests.Past;

/// <summary>Runs <c>soma history</c>, <c>soma rewind</c> and <c>soma diff</c> against a running service.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class PastCommandTests(SharedSoma soma)
{
    private readonly string _space = SomaHost.NewNamespace("command");

    private NamespaceKey Key => new("default", _space);

    [Fact]
    public async Task The_past_is_shown_compared_and_brought_back()
    {
        using var client = soma.Host.NewClient(_space);
        await client.PostAnswerAsync("memories", """{"id":"note/1","payload":{"text":"one"}}""");
        await client.PostAnswerAsync("memories", """{"id":"note/1","payload":{"text":"two"}}""");
        await client.DeleteAnswerAsync("memories/@note%2F1");

        var history = await RunAsync(new HistoryRequest(soma.Host.Address, Key, "@note/1"), HistoryCommand.RunAsync);
        Assert.Equal(["3 delete", "2 put", "1 put"], history.Select(line => string.Join(' ', line.Split('\t')[..2])));
        var json = await RunAsync(new HistoryRequest(soma.Host.Address, Key, "@note/1", AsJson: true), HistoryCommand.RunAsync);
        Assert.Contains("""{"text":"two"}""", json[1], StringComparison.Ordinal);

        var dry = await RunAsync(new RewindRequest(soma.Host.Address, Key, "1", IsDry: true), RewindCommand.RunAsync);
        Assert.Equal([$"{_space}: as of seq 1, 1 stored, 0 deleted, 0 links made, 0 removed (--dry-run: nothing was changed)."], dry);
        var done = await RunAsync(new RewindRequest(soma.Host.Address, Key, "1", AsJson: true), RewindCommand.RunAsync);
        Assert.Equal([$"{{\"name\":\"{_space}\",\"as_of\":1,\"stored\":1,\"deleted\":0,\"linked\":0,\"unlinked\":0}}"], done);

        var changes = await RunAsync(new DiffRequest(soma.Host.Address, Key, "2"), DiffCommand.RunAsync);
        Assert.Equal(["changed\t@note/1\tversion 2 (seq 2) -> version 3 (seq 4)"], changes);
        Assert.Empty(await RunAsync(new DiffRequest(soma.Host.Address, Key, "1", AsJson: true), DiffCommand.RunAsync));
        Assert.Single(await RunAsync(new DiffRequest(soma.Host.Address, Key, null, Other: _space + "-empty", AsJson: true), DiffCommand.RunAsync));
    }

    [Fact]
    public async Task A_refusal_is_shown_and_fails_the_command()
    {
        var errors = new StringWriter();
        var code = await RewindCommand.RunAsync(
            Settings, new RewindRequest(soma.Host.Address, Key, "9"), TextWriter.Null, errors, CancellationToken.None);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("does not exist yet", errors.ToString(), StringComparison.Ordinal);
    }

    private static SettingsReader Settings => new(name => name == "SOMA_API_TOKEN" ? SomaHost.Token : null);

    private static async Task<string[]> RunAsync<T>(
        T request, Func<SettingsReader, T, TextWriter, TextWriter, CancellationToken, Task<ExitCode>> run)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await run(Settings, request, output, errors, CancellationToken.None);
        Assert.Equal((ExitCode.Stopped, ""), (code, errors.ToString()));
        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
