using k8s.Models;
using Soma.Deploy.Tests.Rendering;
using Soma.Deploy.Tests.Rules;

namespace Soma.Deploy.Tests;

/// <summary>Changes that Kubernetes would refuse fail in the templates, with a message that names the value; other changes pass.</summary>
public sealed class ForbiddenChangeTests : IAsyncLifetime
{
    private FakeCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await FakeCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

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
            var refusal = Assert.Throws<HelmException>(() => _cluster.Upgrade(new RenderRequest { Helm = helm, Values = to, Sets = sets }));

            Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("helm/README.md, \"Changing volumes and names\"", refusal.Message, StringComparison.Ordinal);
            Assert.Empty(_cluster.Changes);
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

    /// <summary>The steps of "Changing volumes and names" in the chart's README, of which the chart must render each.</summary>
    [Theory]
    [InlineData("values-local-dev.yaml", "values.yaml", "20Gi")]
    [InlineData("values-local-dev.yaml", "values-prod-ha.yaml", "100Gi")]
    [InlineData("values.yaml", "values-local-dev.yaml", "20Gi")]
    [InlineData("values.yaml", "values-prod-ha.yaml", "100Gi")]
    [InlineData("values-prod-ha.yaml", "values.yaml", "100Gi")]
    [InlineData("values-prod-ha.yaml", "values-local-dev.yaml", "100Gi")]
    public void The_way_from_one_values_file_to_another_is_open_at_each_step(string from, string to, string claim)
    {
        string[] between = ["autoscaling.enabled=false", "replicaCount=0", "backup.enabled=true", $"backup.persistence.size={claim}"];
        foreach (var helm in Helm.Versions)
        {
            _cluster.Run(Chart.Render(new RenderRequest { Values = from }));
            var closed = _cluster.Render(new RenderRequest { Helm = helm, Values = from, Sets = between });
            Assert.Equal(0, closed.Component("gateway").Replicas);
            Assert.True(closed.Has<V1CronJob>("somafractalmemory-backup"));

            _cluster.Run(closed);
            foreach (var set in NamesAfter("delete statefulset", "somafractalmemory-silo"))
            {
                _cluster.Delete("StatefulSet", set);
            }

            var empty = _cluster.Render(new RenderRequest { Helm = helm, Values = to, Sets = between });
            Assert.Equal([], ChartRules.Check(empty));
            Assert.Equal(0, empty.Component("gateway").Replicas);

            _cluster.Run(empty);
            Assert.Equal([], ChartRules.Check(_cluster.Render(new RenderRequest { Helm = helm, Values = to, Sets = [between[^1]] })));
        }
    }

    [Fact]
    public void The_claims_that_the_readme_deletes_are_those_of_the_stores() => Assert.Equal(
        NamesAfter("delete pvc", "data-").Order(),
        Chart.Render().Workloads.SelectMany(one => one.Claims.Select(claim => $"{claim.Metadata.Name}-{one.Name}-0")).Order());

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void An_upgrade_that_is_not_refused_does_change_something(int helm)
    {
        // This server takes no change, so the upgrade fails, but later: it shows that the tests above would see a change.
        Assert.Throws<HelmException>(() => _cluster.Upgrade(new RenderRequest { Helm = helm, Values = "values-prod-ha.yaml" }));

        Assert.NotEmpty(_cluster.Changes);
    }

    [Fact]
    public void Another_release_beside_it_is_none_of_its_business()
    {
        _cluster.Run(Chart.Render(new RenderRequest { Values = "values.yaml" }));

        Assert.Equal([], ChartRules.Check(_cluster.Render(new RenderRequest { Values = "values-local-dev.yaml", Release = "other" })));
    }

    /// <summary>The names after a <c>kubectl</c> command in the README: those of the line whose first name begins with <paramref name="first"/>.</summary>
    private static string[] NamesAfter(string command, string first) => Chart.Read("helm/README.md").Split('\n')
        .Select(line => line.Split($"kubectl -n soma {command} ") is [_, var names] ? names.Split(' ') : [])
        .First(names => names.Length > 1 && names[0].StartsWith(first, StringComparison.Ordinal));

    private static RenderRequest Request(int helm, params string[] sets) => new() { Helm = helm, Sets = sets };
}
