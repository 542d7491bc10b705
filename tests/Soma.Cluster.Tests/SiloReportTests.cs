using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Soma.Grains;
using Soma.Grains.Interfaces;

namespace Soma.Cluster.Tests;

/// <summary>What one silo answers about all silos of its cluster.</summary>
public sealed class SiloReportTests(SomaCluster cluster) : IClassFixture<SomaCluster>
{
    [Fact]
    public async Task Every_silo_is_listed_with_the_namespaces_that_it_owns()
    {
        for (var i = 0; i < 12; i++)
        {
            await cluster.Namespace($"reported-{i}").GetSettingsAsync();
        }

        // While a silo does not know another one yet, it may ask at the wrong place, which has no figures.
        IReadOnlyList<SiloReport> silos = [];
        await Testing.Eventually.TrueAsync(async () =>
        {
            silos = await cluster.Cluster.Client.GetGrain<ISystemGrain>(0).ListSilosAsync();
            return silos.Count == cluster.Cluster.Silos.Count && silos.All(silo => silo.Figures is not null);
        });
        Assert.Equal(cluster.Cluster.Silos.Select(silo => silo.SiloAddress.ToParsableString()).Order(), silos.Select(silo => silo.Address).Order());
        Assert.All(silos, silo => Assert.Equal("active", silo.Status));
        foreach (var silo in cluster.Cluster.Silos)
        {
            var figures = silos.Single(one => one.Address == silo.SiloAddress.ToParsableString()).Figures;
            Assert.NotNull(figures);
            Assert.Equal(cluster.Cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<LocalNamespaces>().Count, figures.Namespaces);
        }

        Assert.Equal(12, silos.Sum(silo => silo.Figures!.Namespaces));
    }

    [Fact]
    public async Task A_silo_does_not_answer_with_the_figures_of_another_one()
    {
        var gone = SiloAddress.New(IPAddress.Loopback, 1, 1).ToParsableString();
        Assert.Null(await cluster.Cluster.Client.GetGrain<ISiloGrain>(gone).ReadFiguresAsync());
    }
}
