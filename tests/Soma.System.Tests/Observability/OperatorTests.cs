using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Soma.System.Tests.Clusters;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Observability;

/// <summary>
/// Tests what operators get from a running cluster: a dashboard behind a token, one trace from the request to the SQL
/// statement, and metrics for every expression of the dashboard and the alerts.
/// </summary>
[Collection(ProcessTests.Name)]
public sealed class OperatorTests
{
    [Fact]
    public async Task The_dashboard_needs_a_token_traces_reach_the_store_and_all_metrics_exist()
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var cluster = await ClusterUnderTest.StartAsync(new ClusterShape
        {
            Silos = 2,
            Gateways = 1,
            Environment = new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            },
        });

        await AssertDashboardIsGuardedAsync(cluster.Silos[0].Address, cluster.Gateways[0].Address);
        await AssertTraceReachesTheStoreAsync(cluster.Gateways[0].Address, receiver);
        await AssertExpressionsAreKnownAsync(cluster);
    }

    private static async Task AssertExpressionsAreKnownAsync(ClusterUnderTest cluster)
    {
        using var client = new HttpClient();
        var scrapes = await Task.WhenAll(cluster.Members.Select(member => client.GetStringAsync(new Uri(member.Address, "/metrics"))));

        ScrapedMetrics.AssertKnown([.. OperatorFiles.BoardExpressions, .. OperatorFiles.AlertExpressions], scrapes, new HashSet<string>());
    }

    private static async Task AssertDashboardIsGuardedAsync(Uri silo, Uri gateway)
    {
        using var client = new HttpClient();
        foreach (var path in (string[])["/dashboard/", "/dashboard/DashboardCounters", "/owns?name=default"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(client, new Uri(silo, path), null));
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(client, new Uri(silo, path), new("Bearer", "wrong")));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(client, new Uri(silo, path), new("Bearer", ClusterUnderTest.Token)));
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"anyone:{ClusterUnderTest.Token}"));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(client, new Uri(silo, path), new("Basic", pair)));
        }

        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(client, new Uri(gateway, "/dashboard/"), new("Bearer", ClusterUnderTest.Token)));
    }

    private static async Task AssertTraceReachesTheStoreAsync(Uri gateway, TraceReceiver receiver)
    {
        var trace = Guid.NewGuid().ToString("N");
        using var client = new HttpClient { BaseAddress = gateway };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/memories")
        {
            Content = JsonContent.Create(new { coord = "1", payload = new { text = "traced" } }),
        };
        request.Headers.Authorization = new("Bearer", ClusterUnderTest.Token);
        request.Headers.Add("traceparent", $"00-{trace}-00000000000000a1-01");
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();

        var id = Convert.FromHexString(trace);
        await Eventually.TrueAsync(() => receiver.HasMessage(Text("soma-gateway"), id));
        await Eventually.TrueAsync(() => receiver.HasMessage(Text("soma-silo"), id, Text("soma.write")));
        await Eventually.TrueAsync(() => receiver.HasMessage(Text("soma-silo"), id, Text("soma.commit"), Text("postgresql")));
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, Uri address, AuthenticationHeaderValue? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = token;
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
