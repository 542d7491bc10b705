using System.Text.Json;
using Soma.Gateway.Tests.Hosting;
using Soma.Testing.Following;

namespace Soma.Gateway.Tests.Following;

/// <summary>Consumers that rebuild a namespace from its changes while it is written to.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class FollowerTests(SharedSoma soma) : IDisposable
{
    private const int Writers = 16;
    private const int WritesEach = 60;

    private readonly HttpClient _client = soma.Host.NewClient(SomaHost.NewNamespace("followed"));

    [Fact]
    public async Task Pages_of_any_size_beside_sixteen_writers_have_no_gap_and_rebuild_the_namespace()
    {
        var replica = new FeedReplica();
        var random = new Random(1);
        var writing = WriteAsync();
        while (!IsComplete(replica))
        {
            var limit = random.Next(1, 40);
            var page = (await _client.GetAnswerAsync($"changes?after={replica.Seq}&limit={limit}&wait_seconds=5")).Ok();
            foreach (var change in page["changes"].EnumerateArray())
            {
                replica.Apply(change);
            }

            Assert.Equal(page["next_after"].GetInt64(), replica.Seq);
        }

        await writing;
        await AssertRebuiltAsync(replica);
    }

    [Fact]
    public async Task A_consumer_of_the_stream_that_is_cut_again_and_again_rebuilds_the_namespace()
    {
        var replica = new FeedReplica();
        var random = new Random(2);
        var writing = WriteAsync();
        while (!IsComplete(replica))
        {
            using var stream = await EventStream.OpenAsync(_client, "changes", lastEventId: replica.Seq);
            Assert.Equal(200, stream.Status);
            for (var left = random.Next(1, 60); left > 0 && !IsComplete(replica); left--)
            {
                if (await stream.ReadAsync() is { Name: "message" } change)
                {
                    replica.Apply(JsonDocument.Parse(change.Data).RootElement);
                    Assert.Equal(stream.LastEventId, replica.Seq);
                }
            }
        }

        await writing;
        await AssertRebuiltAsync(replica);
    }

    public void Dispose() => _client.Dispose();

    private async Task AssertRebuiltAsync(FeedReplica replica)
    {
        Assert.Equal(await FeedReplica.DescribeMemoriesOfAsync(_client), replica.DescribeMemories());
        Assert.Equal(await FeedReplica.DescribeLinksOfAsync(_client, replica.Keys), replica.DescribeLinks());
        Assert.NotEmpty(replica.DescribeMemories());
        Assert.NotEmpty(replica.DescribeLinks());
    }

    private static bool IsComplete(FeedReplica replica) => replica.Keys.Contains("@end");

    private async Task WriteAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var i = 0; i < WritesEach; i++)
            {
                await WriteOneAsync(random, i);
            }
        })));
        (await _client.PostAnswerAsync("memories", """{"id":"end","payload":{}}""")).Ok();
    }

    private async Task WriteOneAsync(Random random, int i)
    {
        var key = random.Next(40);
        // Never the key itself: a walk over links does not come back to where it began.
        var other = (key + random.Next(1, 40)) % 40;
        var answer = random.Next(10) switch
        {
            0 => await _client.DeleteAnswerAsync($"memories/{key}"),
            1 => await _client.DeleteAnswerAsync($"memories/{key}?purge=true"),
            2 or 3 => await _client.PostAnswerAsync("graph/link", $"{{\"from_coord\":\"{key}\",\"to_coord\":\"{other}\",\"strength\":{random.Next(5)}.5,\"metadata\":{{\"i\": {i}}}}}"),
            4 => await _client.DeleteAnswerAsync($"graph/link?from_coord={key}&to_coord={other}"),
            5 => await _client.CallAsync(HttpMethod.Patch, $"memories/{key}", $"{{\"payload\":{{\"patched\":{i}}},\"importance\":{random.Next(9)}}}"),
            _ => await _client.PostAnswerAsync("memories", $$"""{"coord":"{{key}}","payload":{"i": {{i}}, "text":"memory é {{random.Next()}}"},"importance":{{random.Next(20)}}}"""),
        };
        Assert.True(answer.Status is 200 or 404, answer.Text);
    }
}
