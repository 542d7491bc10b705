using System.Globalization;
using System.Text;
using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Archives.Exports;

namespace Soma.Gateway.Tests.Namespaces;

/// <summary>The export of a namespace over HTTP.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class ExportTests(SharedSoma soma) : IDisposable
{
    private readonly string _space = SomaHost.NewNamespace("exported");
    private HttpClient? _client;

    private HttpClient Client => _client ??= soma.Host.NewClient(_space);

    [Fact]
    public async Task An_export_is_the_whole_log_as_of_one_seq_whatever_is_written_meanwhile()
    {
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                (await Client.PostAnswerAsync("memories", $$"""{"coord":"{{i % 50}}","payload":{"i":{{i}},"text":"{{new string('x', 2_000)}}"} }""")).Ok();
            }
        });
        for (var i = 0; i < 300; i++)
        {
            (await Client.PostAnswerAsync("memories", $$"""{"id":"kept-{{i}}","payload":{"text":"{{new string('y', 2_000)}}"} }""")).Ok();
        }

        var export = (await Client.GetAnswerAsync($"namespaces/{_space}/export")).Ok();
        await stop.CancelAsync();
        await writing;

        var rows = Read(export);
        var head = long.Parse(export.Header("X-Soma-Seq")!, CultureInfo.InvariantCulture);
        Assert.Equal(head, rows[^1].Seq);
        Assert.True(export.Bytes.Length > 600_000, "The export should take several chunks.");
        var log = await ReadLogAsync(head);
        Assert.Equal(log.Select(row => (row.Seq, row.Coordinate, Encoding.UTF8.GetString(row.Payload!))), rows.Select(row => (row.Seq, row.Coordinate, Encoding.UTF8.GetString(row.Payload!))));
    }

    [Fact]
    public async Task An_export_equals_what_is_listed()
    {
        (await Client.PostAnswerAsync("memories", """{"coord":"1","payload":{"a": 1},"importance":2,"embedding":[1,2],"text":"t","memory_type":"belief"}""")).Ok();
        (await Client.PostAnswerAsync("memories", "{\"id\":\"b\",\"payload\":{\n\"b\":2}}")).Ok();
        (await Client.PostAnswerAsync("memories", """{"coord":"3","payload":{}}""")).Ok();
        (await Client.DeleteAnswerAsync("memories/3?purge=true")).Ok();

        var rows = Read((await Client.GetAnswerAsync($"namespaces/{_space}/export")).Ok());

        var listed = (await Client.GetAnswerAsync("memories")).Ok()["memories"].EnumerateArray()
            .Select(memory => $"{memory.GetProperty("coord").GetString()} {memory.GetProperty("version")} {memory.GetProperty("importance")} {memory.GetProperty("payload").GetRawText()}");
        Assert.Equal(listed, rows.Take(2).Select(row => $"{row.Coordinate.Text} {row.Version} {row.Memory.Importance:0.0} {Encoding.UTF8.GetString(row.Payload!)}"));
        Assert.Equal((true, "purged"), (rows[2].IsEmptied, rows[3].Reason));
    }

    [Fact]
    public async Task A_namespace_that_was_never_written_has_no_export()
    {
        Assert.Equal(404, (await Client.GetAnswerAsync($"namespaces/{_space}/export")).Status);
    }

    public void Dispose() => _client?.Dispose();

    private static List<LogRow> Read(Answer export)
    {
        using var reader = new SomaLineReader();
        var lines = export.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var rows = lines.SelectMany((line, i) => reader.Read(Encoding.UTF8.GetBytes(line), i + 1)).ToList();
        reader.Finish();
        return rows;
    }

    private async Task<IReadOnlyList<LogRow>> ReadLogAsync(long head)
    {
        var id = long.Parse((await Client.GetAnswerAsync("changes?limit=1")).Ok()["log"].GetString()!, CultureInfo.InvariantCulture);
        var rows = await soma.Host.Store.ReadLogAsync(id, 0, 10_000, default);
        return [.. rows.Where(row => row.Seq <= head)];
    }
}
