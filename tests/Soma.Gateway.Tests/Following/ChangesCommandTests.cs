using Soma.Following;
using Soma.Gateway.Tests.Hosting;
using Soma.Hosting;

namespace Soma.Gateway.Tests.Following;

/// <summary><c>soma changes</c> against the running product.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class ChangesCommandTests(SharedSoma soma) : IDisposable
{
    private static readonly SettingsReader Settings = new(name => name == "SOMA_API_TOKEN" ? SomaHost.Token : null);

    private readonly string _space = SomaHost.NewNamespace("printed");
    private readonly StringWriter _errors = new();

    [Fact]
    public async Task Changes_are_printed_one_line_each_in_words_or_as_json()
    {
        using var client = soma.Host.NewClient(_space);
        await client.PostAnswerAsync("memories", "{\"id\":\"a\",\"payload\":{\n\"n\":1}}");
        await client.PostAnswerAsync("graph/link", """{"from_coord":"@a","to_coord":"@b"}""");
        await client.DeleteAnswerAsync("memories/@a");

        var words = await RunAsync(new(soma.Host.Address, new("default", _space), After: 0, Follow: false, AsJson: false));
        var json = await RunAsync(new(soma.Host.Address, new("default", _space), After: 0, Follow: false, AsJson: true));
        var rest = await RunAsync(new(soma.Host.Address, new("default", _space), After: 2, Follow: false, AsJson: false));

        Assert.Equal(["1 TIME put @a version 1", "2 TIME link @a -> @b related", "3 TIME delete @a version 1"], words.Select(WithoutTime));
        Assert.Equal(3, json.Length);
        Assert.Contains("\"payload\":{ \"n\":1}", json[0], StringComparison.Ordinal);
        Assert.Equal(["3 TIME delete @a version 1"], rest.Select(WithoutTime));
    }

    [Fact]
    public async Task Following_prints_the_changes_to_come()
    {
        using var client = soma.Host.NewClient(_space);
        using var stop = new CancellationTokenSource();
        using var output = new FirstLine();
        var following = ChangesCommand.RunAsync(
            Settings, new(soma.Host.Address, new("default", _space), After: 0, Follow: true, AsJson: false), output, _errors, stop.Token);

        await client.PostAnswerAsync("memories", """{"id":"a","payload":{}}""");
        Assert.EndsWith("put @a version 1", await output.Written.Task, StringComparison.Ordinal);
        await stop.CancelAsync();

        Assert.Equal(ExitCode.Stopped, await following);
    }

    [Fact]
    public async Task A_place_that_is_gone_ends_the_command_with_what_the_service_says()
    {
        var exit = await ChangesCommand.RunAsync(
            Settings, new(soma.Host.Address, new("default", _space), After: 5, Follow: true, AsJson: false), TextWriter.Null, _errors, CancellationToken.None);

        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("begin again at after=0", _errors.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _errors.Dispose();

    private async Task<string[]> RunAsync(ChangesRequest request)
    {
        using var output = new StringWriter();
        Assert.Equal(ExitCode.Stopped, await ChangesCommand.RunAsync(Settings, request, output, _errors, CancellationToken.None));
        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed class FirstLine : StringWriter
    {
        public TaskCompletionSource<string> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Task WriteLineAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        {
            Written.TrySetResult(buffer.ToString());
            return Task.CompletedTask;
        }
    }

    private static string WithoutTime(string line)
    {
        var parts = line.Split(' ', 3);
        return $"{parts[0]} TIME {parts[2]}";
    }
}
