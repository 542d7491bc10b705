using Soma.System.Tests.Chaos;
using Soma.System.Tests.Chaos.Faults;
using Soma.System.Tests.Chaos.Load;
using Soma.System.Tests.Processes;
using Xunit.Abstractions;

namespace Soma.System.Tests.Clusters;

/// <summary>A cluster of the processes of an older build becomes one of this build. <c>make test-upgrade</c> makes the older build and runs this.</summary>
[Collection(ProcessTests.Name)]
[Trait("Category", "Upgrade")]
public sealed class UpgradeTests(ITestOutputHelper output)
{
    private readonly Summary _summary = new(output);

    [Fact]
    public async Task An_upgrade_process_by_process_fails_no_request()
    {
        var older = Environment.GetEnvironmentVariable("SOMA_OLDER_BUILD")
            ?? throw new InvalidOperationException("SOMA_OLDER_BUILD must name the folder of a built older version: run `make test-upgrade FROM=<commit>`.");
        await using var cluster = await ClusterUnderTest.StartAsync(new ClusterShape
        {
            SiloAssembly = Path.Combine(older, "src/Soma.Silo/bin/Release/net10.0", ThisBuild.Silo),
            GatewayAssembly = Path.Combine(older, "src/Soma.Gateway/bin/Release/net10.0", ThisBuild.Gateway),
        });
        using var trial = new Trial(cluster, new LoadOptions { Namespaces = ["one", "two", "three"], Rate = 100, Seed = 7, Workers = 32, KeyedShare = 0 });
        await trial.WaitForOperationsAsync(200);

        await UpgradeAsync(cluster, trial, cluster.Silos, ThisBuild.Silo);
        await UpgradeAsync(cluster, trial, cluster.Gateways, ThisBuild.Gateway);

        await trial.WaitForOperationsAsync(200);
        var report = await trial.FinishAsync();
        var failed = trial.Operations.Where(operation => operation.Status is not (200 or 404 or 412)).ToList();
        _summary.Write($"upgrade of {cluster.Members.Count()} processes: {trial.Operations.Count} requests, {failed.Count} failed");
        Assert.True(report.ViolationCount == 0, $"{report}\n{cluster.Describe()}");
        Assert.True(failed.Count == 0, $"{failed.Count} failed: {string.Join('\n', failed.Take(10))}\n{cluster.Describe()}");
        Assert.All(cluster.Members, member => Assert.Equal(0, member.ExitCodes[^1]));
    }

    // Between two processes the load goes on, so that requests pass through every mixture of the builds.
    private static async Task UpgradeAsync(ClusterUnderTest cluster, Trial trial, IReadOnlyList<SupervisedProcess> members, string assembly)
    {
        foreach (var member in members)
        {
            await Restarts.OfAsync([member], each => each.Upgrade(assembly));
            await cluster.WaitUntilReadyAsync();
            await trial.WaitForOperationsAsync(100);
        }
    }
}
