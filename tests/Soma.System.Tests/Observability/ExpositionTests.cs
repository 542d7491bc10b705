using Soma.System.Tests.Clusters;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Observability;

/// <summary>
/// Names, help, types, labels and buckets of Soma's metrics are a contract with every dashboard that reads them: a changed
/// bucket or label breaks a panel without an error.
/// </summary>
[Collection(ProcessTests.Name)]
public sealed class ExpositionTests
{
    [Fact]
    public async Task The_metrics_of_the_service_in_one_process_are_those_that_dashboards_know()
    {
        using var folder = new TestFolder();
        await using var soma = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = folder.Location });
        await soma.StartAsync();

        await Exposition.AssertSameAsync("serve", () => soma.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task The_metrics_of_a_silo_and_a_gateway_are_those_that_dashboards_know()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(new ClusterShape { Silos = 1, Gateways = 1 });
        using var client = new HttpClient();

        await Exposition.AssertSameAsync("silo", () => client.GetStringAsync(new Uri(cluster.Silos[0].Address, "/metrics")));
        await Exposition.AssertSameAsync("gateway", () => client.GetStringAsync(new Uri(cluster.Gateways[0].Address, "/metrics")));
    }
}
