using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Clusters;

/// <summary>Sends the largest allowed requests from client to gateway to silo and back.</summary>
[Collection(ProcessTests.Name)]
public sealed class LargeRequestTests
{
    private const int LargestBody = 5 * 1024 * 1024;
    private const int LargestBatch = 1_000;

    [Fact]
    public async Task A_body_at_its_limit_and_an_atomic_batch_of_1000_go_through_both_hops()
    {
        // On a busy machine the words of five megabytes take longer than the usual deadline.
        await using var cluster = await ClusterUnderTest.StartAsync(new ClusterShape { Silos = 1, Gateways = 1, Environment = new Dictionary<string, string?> { ["SOMA_REQUEST_TIMEOUT_SECONDS"] = "120" } });
        using var client = new HttpClient { BaseAddress = cluster.Gateways[0].Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ClusterUnderTest.Token);

        var (start, end) = ("""{"coord":"1","payload":{"note":" """, "\"}}");
        var text = new string('x', LargestBody - start.Length - end.Length);
        using var large = await client.PostAsync("/memories", Json(start + text + end));
        Assert.True(large.StatusCode == HttpStatusCode.OK, await large.Content.ReadAsStringAsync());
        var back = await client.GetFromJsonAsync<JsonElement>("/memories/1");
        Assert.Equal(" " + text, back.GetProperty("memory").GetProperty("payload").GetProperty("note").GetString());

        using var tooLarge = await client.PostAsync("/memories", Json(start + text + "x" + end));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);

        // All items together are also just below the limit.
        var item = new string('y', (LargestBody / LargestBatch) - 100);
        var items = Enumerable.Range(1, LargestBatch).Select(number => new { coord = $"2,{number}", payload = new { note = item } });
        using var batch = await client.PostAsJsonAsync("/memories/batch", new { items });
        Assert.True(batch.StatusCode == HttpStatusCode.OK, await batch.Content.ReadAsStringAsync());
        var stored = await batch.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((LargestBatch, 2, LargestBatch + 1), (
            stored.GetProperty("stored").GetInt32(), stored.GetProperty("seq_first").GetInt32(), stored.GetProperty("seq_last").GetInt32()));
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
