using System.Text.Json;
using ModelContextProtocol.Protocol;
using Soma.Hosting;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Mcp;

/// <summary>Any number of <c>soma mcp</c> processes share one folder.</summary>
[Collection(ProcessTests.Name)]
public sealed class SharedFolderTests
{
    private const int Processes = 8;
    private const int WritesEach = 64;

    [Fact]
    public async Task What_one_process_remembers_the_other_recalls_at_once_and_after_the_first_was_killed()
    {
        using var folder = new TestFolder();
        await using var first = await StdioProcess.StartAsync(folder.Location);
        await using var second = await StdioProcess.StartAsync(folder.Location);
        await first.CallAsync("remember", ("text", "The kettle is in the blue cupboard"));

        Assert.Contains("blue cupboard", TextOf(await second.CallAsync("recall", ("query", "where is the kettle?"))), StringComparison.Ordinal);
        first.Kill();

        Assert.Contains("blue cupboard", TextOf(await second.CallAsync("recall", ("query", "where is the kettle?"))), StringComparison.Ordinal);
        await second.CallAsync("remember", ("text", "Ada prefers tea"));
        Assert.Equal(0, await second.CloseAsync());
    }

    [Fact]
    public async Task A_process_uses_the_service_that_soma_serve_runs_on_its_folder()
    {
        using var folder = new TestFolder();
        await using var soma = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = folder.Location });
        await soma.StartAsync();
        await using var process = await StdioProcess.StartAsync(folder.Location, "--namespace", "notes");

        await process.CallAsync("remember", ("text", "The kettle is blue"), ("id", "kettle"));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/memories/@kettle");
        request.Headers.Add("X-Soma-Namespace", "notes");
        using var answer = await soma.Client.SendAsync(request);
        Assert.Contains("The kettle is blue", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_keeps_the_service_from_starting_is_said_in_one_line()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Location, "a-file");
        await File.WriteAllTextAsync(file, "no folder");
        await using var soma = new SomaProcess(new Dictionary<string, string?>());

        Assert.Equal((int)ExitCode.DataFolderNotWritable, await soma.RunToEndAsync("mcp", "--data", file));
        Assert.StartsWith("soma: ", soma.Errors, StringComparison.Ordinal);
        Assert.Single(soma.Errors.Trim().Split('\n'));

        await using var other = new SomaProcess(new Dictionary<string, string?> { ["SOMA_POSTGRES_URL"] = "postgresql://u:p@127.0.0.1:1/soma" });
        Assert.Equal((int)ExitCode.BadSetting, await other.RunToEndAsync("mcp", "--data", folder.Location));
        Assert.Contains("SOMA_POSTGRES_URL is set", other.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_eight_processes_that_write_while_any_is_killed_everything_acknowledged_is_there_once()
    {
        using var folder = new TestFolder();
        using var killing = new CancellationTokenSource();
        var acknowledged = new HashSet<string>();
        var running = new StdioProcess?[Processes];
        var writers = Enumerable.Range(0, Processes).Select(number => Task.Run(() => WriteAsync(number))).ToArray();
        var killer = Task.Run(KillAsync);
        await Task.WhenAll(writers);
        await killing.CancelAsync();
        var kills = await killer;

        await using var reader = await StdioProcess.StartAsync(folder.Location);
        var found = await ReadAllAsync(reader);

        Assert.True(kills >= Processes / 2, $"Only {kills} processes were killed.");
        Assert.Equal(Processes * WritesEach, acknowledged.Count);
        Assert.Equal(acknowledged.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        async Task WriteAsync(int number)
        {
            for (var written = 0; written < WritesEach;)
            {
                try
                {
                    var process = running[number] ??= await StdioProcess.StartAsync(folder.Location);
                    var text = $"note {written} of writer {number}";
                    var answer = await process.CallAsync("remember", ("text", text));
                    Assert.NotEqual(true, answer.IsError);
                    lock (acknowledged)
                    {
                        acknowledged.Add(text);
                    }

                    written++;
                }
                // Its own process was killed: another one is started, and what was not acknowledged is said again.
                catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
                {
                    await DropAsync(number);
                }
            }

            await DropAsync(number);
        }

        async Task DropAsync(int number)
        {
            if (Interlocked.Exchange(ref running[number], null) is { } ended)
            {
                await ended.DisposeAsync();
            }
        }

        async Task<int> KillAsync()
        {
            var random = new Random(7);
            var done = 0;
            while (!killing.IsCancellationRequested)
            {
                var before = Count();
                // A kill for every so many writes, however fast this machine is.
                while (!killing.IsCancellationRequested && Count() < before + (WritesEach / 2))
                {
                    await Task.Delay(10);
                }

                if (running[random.Next(Processes)] is { } victim)
                {
                    victim.Kill();
                    done++;
                }
            }

            return done;
        }

        int Count()
        {
            lock (acknowledged)
            {
                return acknowledged.Count;
            }
        }
    }

    private static async Task<List<string>> ReadAllAsync(StdioProcess process)
    {
        var texts = new List<string>();
        string? cursor = null;
        do
        {
            var page = await process.CallAsync("list", cursor is null ? [("limit", 100)] : [("limit", 100), ("cursor", cursor)]);
            var answer = page.StructuredContent ?? throw new InvalidOperationException(TextOf(page));
            texts.AddRange(answer.GetProperty("memories").EnumerateArray().Select(memory => memory.GetProperty("text").GetString() ?? ""));
            cursor = answer.TryGetProperty("nextCursor", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;
        }
        while (cursor is not null);
        return texts;
    }

    private static string TextOf(CallToolResult result) => string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
