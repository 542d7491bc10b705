using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Soma.Gateway.Tests.Hosting;
using Soma.Testing.Following;

namespace Soma.Gateway.Tests.Namespaces;

/// <summary>The import of an export over HTTP.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class ImportTests(SharedSoma soma) : IDisposable
{
    private readonly List<HttpClient> _clients = [];
    private SomaHost? _host;

    [Fact]
    public async Task An_imported_namespace_holds_what_was_exported_even_if_that_is_longer_than_other_bodies_may_be()
    {
        await using var host = await SomaHost.StartAsync(("SOMA_MAX_REQUEST_BODY_MB", "0.1"));
        _host = host;
        var (source, export) = await ExportAsync(memories: 70, bytes: 2_000);
        var target = SomaHost.NewNamespace("imported");
        Assert.True(export.Length > 100 * 1024);

        var answer = (await ImportAsync(target, export)).Ok();

        Assert.Equal((70, 2, 2), (answer["memories"].GetInt32(), answer["links"].GetInt32(), answer["deletes"].GetInt32()));
        Assert.Equal(await ContentsAsync(In(source)), await ContentsAsync(In(target)));
        Assert.Equal(
            await FeedReplica.DescribeLinksOfAsync(In(source), ["@memory-0", "@memory-1"]), await FeedReplica.DescribeLinksOfAsync(In(target), ["@memory-0", "@memory-1"]));
    }

    [Fact]
    public async Task An_import_that_was_cut_goes_on_under_its_key_and_applies_nothing_twice()
    {
        var (source, export) = await ExportAsync(memories: 1_300, bytes: 10);
        var (target, whole) = (SomaHost.NewNamespace("imported"), SomaHost.NewNamespace("imported"));
        foreach (var part in new[] { 3, 2 })
        {
            var cut = await ImportAsync(target, export.AsSpan(0, export.Length / part).ToArray(), key: "once");
            Assert.Equal(400, cut.Status);
            Assert.Contains("goes on there", cut["detail"].GetString(), StringComparison.Ordinal);
        }

        (await ImportAsync(target, export, key: "once")).Ok();
        (await ImportAsync(target, export, key: "once")).Ok();
        (await ImportAsync(whole, export)).Ok();

        Assert.Equal(await HeadAsync(whole), await HeadAsync(target));
        Assert.Equal(await ContentsAsync(In(source)), await ContentsAsync(In(target)));
    }

    [Fact]
    public async Task A_memory_that_never_expires_does_not_get_the_lifetime_of_the_namespace_it_is_imported_into()
    {
        var (_, export) = await ExportAsync(memories: 1, bytes: 10);
        var target = SomaHost.NewNamespace("imported");
        using var content = new StringContent("""{"ttl_seconds":60}""", Encoding.UTF8, "application/json");
        (await In(target).PutAsync($"namespaces/{target}", content)).EnsureSuccessStatusCode();

        (await ImportAsync(target, export)).Ok();

        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await In(target).GetAnswerAsync("memories/@memory-0")).Ok()["memory"].GetProperty("expires_at").ValueKind);
    }

    [Fact]
    public async Task Replace_leaves_nothing_of_what_was_there()
    {
        var (_, export) = await ExportAsync(memories: 3, bytes: 10);
        var target = SomaHost.NewNamespace("imported");
        (await In(target).PostAnswerAsync("memories", """{"id":"old","payload":{}}""")).Ok();
        (await ImportAsync(target, export)).Ok();
        (await In(target).GetAnswerAsync("memories/@old")).Ok();

        (await ImportAsync(target, export, query: "?replace=true")).Ok();

        Assert.Equal(404, (await In(target).GetAnswerAsync("memories/@old")).Status);
        Assert.Equal(3, (await In(target).GetAnswerAsync("memories")).Ok()["memories"].GetArrayLength());
    }

    [Fact]
    public async Task What_is_no_export_or_was_altered_is_refused_with_the_number_of_the_line()
    {
        var (_, export) = await ExportAsync(memories: 3, bytes: 10);
        var lines = Encoding.UTF8.GetString(export).Split('\n');

        async Task<string> RefusedAsync(params string[] body)
        {
            var answer = await ImportAsync(SomaHost.NewNamespace("imported"), Encoding.UTF8.GetBytes(string.Join('\n', body)));
            Assert.Equal(400, answer.Status);
            return answer["detail"].GetString()!;
        }

        Assert.StartsWith("line 1", await RefusedAsync("hello"), StringComparison.Ordinal);
        Assert.StartsWith("the export has format 0", await RefusedAsync(lines[1], lines[2]), StringComparison.Ordinal);
        Assert.StartsWith("line 3: seq 3", await RefusedAsync([lines[0], lines[1], .. lines[3..]]), StringComparison.Ordinal);
        Assert.Contains("altered", await RefusedAsync([.. lines.Select(line => line.Replace("memory-0", "memory-9", StringComparison.Ordinal))]), StringComparison.Ordinal);
        Assert.StartsWith("the export is cut off", await RefusedAsync(lines[..3]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_body_is_refused_before_anything_is_written()
    {
        var (_, export) = await ExportAsync(3, 10);
        var space = SomaHost.NewNamespace("compressed");
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(export);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"namespaces/{space}/import?replace=true") { Content = new ByteArrayContent(packed.ToArray()) };
        request.Content.Headers.ContentEncoding.Add("gzip");

        var refused = await In(space).ReadAnswerAsync(request);

        Assert.Equal(415, refused.Status);
        Assert.Contains("without a content encoding", refused.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await In(space).GetAnswerAsync($"namespaces/{space}/export")).Status);
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private async Task<(string Space, byte[] Export)> ExportAsync(int memories, int bytes)
    {
        var space = SomaHost.NewNamespace("source");
        foreach (var some in Enumerable.Range(0, memories).Chunk(40))
        {
            var items = some.Select(i => $"{{\"id\":\"memory-{i}\",\"payload\":{{\"i\": {i},\"text\":\"{new string('x', bytes)}\"}},\"importance\":{i % 7}}}");
            (await In(space).PostAnswerAsync("memories/batch", $"{{\"items\":[{string.Join(',', items)}]}}")).Ok();
        }

        if (memories > 40)
        {
            (await In(space).PostAnswerAsync("graph/link", """{"from_coord":"@memory-0","to_coord":"@memory-1","strength":0.5,"metadata":{"a": 1}}""")).Ok();
            (await In(space).PostAnswerAsync("graph/link", """{"from_coord":"@memory-1","to_coord":"@memory-0"}""")).Ok();
            (await In(space).DeleteAnswerAsync("graph/link?from_coord=@memory-1&to_coord=@memory-0")).Ok();
            (await In(space).DeleteAnswerAsync("memories/@memory-5")).Ok();
        }

        return (space, (await In(space).GetAnswerAsync($"namespaces/{space}/export")).Ok().Bytes);
    }

    private async Task<Answer> ImportAsync(string space, byte[] body, string? key = null, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"namespaces/{space}/import{query}") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/jsonl");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await In(space).ReadAnswerAsync(request);
    }

    private static async Task<string> ContentsAsync(HttpClient client)
    {
        var lines = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await client.GetAnswerAsync($"memories?limit=1000{(cursor.Length > 0 ? "&cursor=" + cursor : "")}")).Ok();
            lines.AddRange(page["memories"].EnumerateArray().Select(memory =>
                $"{memory.GetProperty("coord").GetString()} {memory.GetProperty("importance")} {memory.GetProperty("payload").GetRawText()}"));
            cursor = page["next_cursor"].GetString();
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private async Task<long> HeadAsync(string space) =>
        long.Parse((await In(space).GetAnswerAsync("memories?limit=1")).Ok().Header("X-Soma-Seq")!, CultureInfo.InvariantCulture);

    private HttpClient In(string space)
    {
        var client = (_host ?? soma.Host).NewClient(space);
        _clients.Add(client);
        return client;
    }
}
