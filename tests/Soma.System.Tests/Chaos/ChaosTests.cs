using Soma.System.Tests.Chaos.Checking;
using Soma.System.Tests.Chaos.Faults;
using Soma.System.Tests.Chaos.Load;
using Soma.System.Tests.Clusters;
using Soma.System.Tests.Processes;
using Xunit.Abstractions;

namespace Soma.System.Tests.Chaos;

/// <summary>The promises of the design, held against a cluster that is given no rest.</summary>
[Collection(ProcessTests.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private readonly Summary _summary = new(output);

    [Fact]
    public async Task Every_acknowledged_write_survives_every_fault()
    {
        var seed = ChaosSettings.Seed;
        _summary.Write($"chaos for {ChaosSettings.Time.TotalMinutes:0.#} min at {ChaosSettings.Rate:0} operations/s, SOMA_CHAOS_SEED={seed}");
        await using var cluster = await ClusterUnderTest.StartAsync(new ClusterShape { HasProxies = true });
        var options = new LoadOptions { Rate = ChaosSettings.Rate, Seed = seed };
        using var load = new MixedLoad(options, [.. cluster.Gateways.Select(gateway => gateway.Address)]);
        var nemesis = new Nemesis(cluster, options.Namespaces, seed, _summary.Write);

        await nemesis.RunAsync(ChaosSettings.Time, load.ThrowIfBroken);
        await load.FinishAsync();

        var report = await CheckAsync(cluster, load, options);
        _summary.Write($"{nemesis.Done.Count} faults; silos ended with {string.Join(" ", cluster.Silos.SelectMany(silo => silo.ExitCodes).CountBy(code => code).Select(pair => $"{pair.Key}: {pair.Value}×"))}");
        Assert.True(report.ViolationCount == 0, $"{report}\n{cluster.Describe()}");
    }

    private async Task<ChaosReport> CheckAsync(ClusterUnderTest cluster, MixedLoad load, LoadOptions options)
    {
        var reader = new StoreReader(cluster.Database);
        var stored = new List<StoredNamespace>();
        foreach (var soleNamespace in options.Namespaces)
        {
            stored.Add(await reader.ReadAsync(soleNamespace));
        }

        var report = Checker.Check(load.History.Operations, stored);
        _summary.Write(report.ToString());
        return report;
    }
}
