using Soma.System.Tests.Chaos.Faults;
using Soma.System.Tests.Chaos.Load;
using Soma.System.Tests.Clusters;
using Soma.System.Tests.Processes;
using Xunit.Abstractions;

namespace Soma.System.Tests.Chaos;

/// <summary>Checks the promises of docs/consistency.md on a cluster that meets one fault after the other.</summary>
[Collection(ProcessTests.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private readonly Summary _summary = new(output);

    [Fact]
    public async Task Every_acknowledged_write_survives_every_fault()
    {
        var seed = ChaosSettings.Seed;
        _summary.Write($"chaos for {ChaosSettings.Time.TotalMinutes:0.#} min at {ChaosSettings.Rate:0} operations/s with an access key{(ChaosSettings.HasTls ? " over TLS" : "")}, SOMA_CHAOS_SEED={seed}");
        await using var cluster = await ClusterUnderTest.StartAsync(new ClusterShape { HasProxies = true, Standby = StandbyKind.Synchronous, HasTls = ChaosSettings.HasTls });
        // The clients have an access key, so that the faults also meet the check of keys: a gateway goes by an answer for 5 seconds at most.
        var key = await cluster.MakeKeyAsync("chaos", ["chaos-*"], ["read", "write", "delete"]);
        var options = new LoadOptions { Rate = ChaosSettings.Rate, Seed = seed, Token = key.Token };
        using var trial = new Trial(cluster, options);
        using var followers = new Followers([.. cluster.Gateways.Select(gateway => gateway.Address)], options);
        var nemesis = new Nemesis(cluster, options.Namespaces, seed, _summary.Write);

        await nemesis.RunAsync(ChaosSettings.Time, trial.Load.ThrowIfBroken);
        var report = await trial.FinishAsync();

        var codes = cluster.Silos.SelectMany(silo => silo.ExitCodes).CountBy(code => code).Select(pair => $"{pair.Key}: {pair.Value}×");
        _summary.Write($"{nemesis.Done.Count} faults; exit codes of silos {string.Join(", ", codes)}\n{report}");
        Assert.True(report.ViolationCount == 0, $"{report}\n{cluster.Describe()}");
        await cluster.WaitUntilReadyAsync();
        await followers.FinishAsync();
        _summary.Write($"consumers of {options.Namespaces.Count} feeds were cut {followers.Connections} times and rebuilt their namespaces");
    }
}
