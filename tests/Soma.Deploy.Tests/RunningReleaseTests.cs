using k8s;
using k8s.Models;
using Soma.Deploy.Tests.Rendering;
using Soma.Deploy.Tests.Rules;

namespace Soma.Deploy.Tests;

/// <summary>What templates make of a release that runs already, as both Helms look it up in a cluster.</summary>
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

    [Theory]
    [InlineData("values.yaml", "values-prod-ha.yaml", "persistence.size is 50Gi, and the StatefulSet somafractalmemory-postgres was made with 10Gi")]
    [InlineData("values-prod-ha.yaml", "values.yaml", "persistence.size is 10Gi, and the StatefulSet somafractalmemory-postgres was made with 50Gi")]
    [InlineData("values-local-dev.yaml", "values.yaml", "postgres.persistence.enabled is true, and the StatefulSet somafractalmemory-postgres was made without a volume")]
    [InlineData("values.yaml", "values-local-dev.yaml", "postgres.persistence.enabled is false, and the StatefulSet somafractalmemory-postgres was made with a volume")]
    [InlineData("values.yaml", "values.yaml", "qdrant.persistence.size is 11Gi", "qdrant.persistence.size=11Gi")]
    [InlineData("values.yaml", "values.yaml", "redis.persistence.storageClass is 'fast', and the StatefulSet somafractalmemory-redis was made with ''", "redis.persistence.storageClass=fast")]
    [InlineData("values.yaml", "values.yaml", "the postgres of this release is called somafractalmemory-postgres, and would be called memory-postgres", "fullnameOverride=memory")]
    [InlineData("values-prod-ha.yaml", "values-prod-ha.yaml", "the claim somafractalmemory-backup has 100Gi already", "backup.persistence.size=90Gi")]
    public void A_change_that_Kubernetes_forbids_fails_before_anything_is_changed(string from, string to, string because, params string[] sets)
    {
        _cluster.Run(Chart.Render(new RenderRequest { Values = from }));

        foreach (var helm in Helm.Versions)
        {
            var refusal = Assert.Throws<HelmException>(() => _cluster.Render(new RenderRequest { Helm = helm, Values = to, Sets = sets }));

            Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("helm/README.md, \"Changing volumes and names\"", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_class_for_the_claim_of_the_backups_is_refused()
    {
        _cluster.Run(Chart.Render("backup.enabled=true"), one => (one as V1PersistentVolumeClaim)?.Spec.StorageClassName = "standard");

        var refusal = Assert.Throws<HelmException>(() => _cluster.Render(Request(4, "backup.enabled=true", "backup.persistence.storageClass=fast")));

        Assert.Contains("the claim somafractalmemory-backup has 'standard'", refusal.Message, StringComparison.Ordinal);
        _cluster.Render(Request(4, "backup.enabled=true", "backup.persistence.storageClass=standard"));
    }

    [Theory]
    [InlineData("values.yaml", "postgres.persistence.size=10240Mi", "redis.persistence.size=5Gi", "qdrant.persistence.size=10737418240")]
    [InlineData("values.yaml", "silo.replicaCount=3", "postgres.resources.requests.cpu=2", "postgres.image=postgres:17.7")]
    [InlineData("values.yaml", "postgres.enabled=false", "postgres.external.host=elsewhere", "postgres.persistence.size=1Gi")]
    [InlineData("values-prod-ha.yaml", "backup.persistence.size=200Gi", "qdrant.replicaCount=5")]
    [InlineData("values-local-dev.yaml", "backup.enabled=true")]
    public void A_change_that_Kubernetes_takes_is_let_through(string file, params string[] sets)
    {
        _cluster.Run(Chart.Render(new RenderRequest { Values = file }));

        foreach (var helm in Helm.Versions)
        {
            Assert.Equal([], ChartRules.Check(_cluster.Render(new RenderRequest { Helm = helm, Values = file, Sets = sets })));
        }
    }

    [Fact]
    public void Stores_that_were_deleted_may_come_back_with_other_volumes()
    {
        _cluster.Run(Chart.Render(new RenderRequest { Values = "values.yaml" }));
        foreach (var store in (string[])["postgres", "qdrant"])
        {
            _cluster.Delete("StatefulSet", $"somafractalmemory-{store}");
        }

        Assert.Equal([], ChartRules.Check(_cluster.Render(new RenderRequest { Values = "values-prod-ha.yaml" })));
    }

    [Fact]
    public void Another_release_beside_it_is_none_of_its_business()
    {
        _cluster.Run(Chart.Render(new RenderRequest { Values = "values.yaml" }));

        Assert.Equal([], ChartRules.Check(_cluster.Render(new RenderRequest { Values = "values-local-dev.yaml", Release = "other" })));
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
