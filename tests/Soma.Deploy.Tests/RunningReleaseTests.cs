using k8s.Models;
using Soma.Deploy.Tests.Rendering;
using Soma.Deploy.Tests.Rules;

namespace Soma.Deploy.Tests;

/// <summary>The templates look at the release that runs, by <c>lookup</c> of both Helms, and keep what must not change.</summary>
public sealed class RunningReleaseTests : IAsyncLifetime
{
    private FakeCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await FakeCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_scaler_that_is_switched_on_takes_no_pod_away(int helm)
    {
        _cluster.Run(Chart.Render("replicaCount=5", "silo.replicaCount=6"));

        var chart = _cluster.Render(Request(helm, "autoscaling.enabled=true", "silo.autoscaling.enabled=true"));

        Assert.Equal((5, 6), (chart.Component("gateway").Replicas, chart.Component("silo").Replicas));
        Assert.Equal([], ChartRules.Check(chart));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(7, 7)]
    [InlineData(40, 9)]
    public void A_scaled_release_stays_within_its_scalers_bounds(int running, int next)
    {
        _cluster.Run(Chart.Render(Request(4, "silo.autoscaling.enabled=true")), one => (one as V1StatefulSet)?.Spec.Replicas = running);

        Assert.Equal(next, _cluster.Render(Request(4, "silo.autoscaling.enabled=true")).Component("silo").Replicas);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_store_that_starts_its_pods_in_order_goes_on_doing_so(int helm)
    {
        _cluster.Run(Chart.Render(), one => (one as V1StatefulSet)?.Spec.PodManagementPolicy = "OrderedReady");

        var chart = _cluster.Render(Request(helm));

        Assert.Equal(
            ["OrderedReady", "OrderedReady"],
            chart.All<V1StatefulSet>().Where(one => one.Metadata.Name.EndsWith("-postgres", StringComparison.Ordinal) || one.Metadata.Name.EndsWith("-redis", StringComparison.Ordinal))
                .Select(one => one.Spec.PodManagementPolicy));
        _cluster.Delete("StatefulSet", "somafractalmemory-postgres");
        Assert.Equal("Parallel", _cluster.Render(Request(helm)).Get<V1StatefulSet>("somafractalmemory-postgres").Spec.PodManagementPolicy);
    }

    [Fact]
    public void A_claim_that_has_its_volume_is_not_mounted_again()
    {
        var request = new RenderRequest { Values = "values-prod-ha.yaml" };
        var first = Chart.Render(request);
        Assert.Single(first.All<V1Job>());
        _cluster.Run(first, one => (one as V1PersistentVolumeClaim)?.Status = new V1PersistentVolumeClaimStatus { Phase = "Pending" });
        Assert.Single(_cluster.Render(request).All<V1Job>());

        _cluster.Run(first, one => (one as V1PersistentVolumeClaim)?.Status = new V1PersistentVolumeClaimStatus { Phase = "Bound" });
        Assert.Empty(_cluster.Render(request).All<V1Job>());
    }

    [Fact]
    public void The_job_that_mounts_it_is_another_one_when_its_template_is()
    {
        string NameOf(params string[] sets) => Assert.Single(Chart.Render(["backup.enabled=true", .. sets]).All<V1Job>()).Metadata.Name;

        Assert.Equal(NameOf(), NameOf("silo.replicaCount=2"));
        Assert.NotEqual(NameOf(), NameOf("image.tag=next"));
    }

    private static RenderRequest Request(int helm, params string[] sets) => new() { Helm = helm, Sets = sets };
}
