using k8s.Models;
using Soma.Deploy.Tests.Rendering;
using Soma.Deploy.Tests.Rules;
using Soma.Grains.Storage.Postgres;

namespace Soma.Deploy.Tests;

public sealed class ScalingTests
{
    [Fact]
    public void Silos_scale_out_and_in_by_their_number_alone()
    {
        var renderings = new[] { 3, 5, 3 }.Select(replicas =>
            new RenderedChart(Helm.Run(4, new RenderRequest { Values = "values-prod-ha.yaml", Sets = [$"silo.replicaCount={replicas}"] }.ToArguments()))).ToArray();

        Assert.Equal([3, 5, 3], renderings.Select(chart => chart.Get<V1StatefulSet>("somafractalmemory-silo").Spec.Replicas ?? 0));
        Assert.All(renderings, chart => Assert.Equal([], ChartRules.Check(chart)));
        Assert.Equal(renderings[0].Yaml, renderings[2].Yaml);
        // Only the number differs, so no pod that stays is started again.
        var changed = renderings[0].Yaml.Split('\n').Zip(renderings[1].Yaml.Split('\n')).Where(pair => pair.First != pair.Second);
        Assert.Equal(("  replicas: 3", "  replicas: 5"), Assert.Single(changed));
    }

    /// <summary>Kubernetes reads a missing number as 1. Silos and gateways went from 3 to 1 until the HPA acted.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Under_a_scaler_pods_begin_at_its_fewest(int helm)
    {
        var chart = Chart.Render(new RenderRequest { Helm = helm, Sets = ["autoscaling.enabled=true", "autoscaling.minReplicas=4", "silo.autoscaling.enabled=true"] });

        Assert.Equal((4, 3), (chart.Component("gateway").Replicas, chart.Component("silo").Replicas));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 2)]
    public void Qdrant_keeps_each_shard_on_two_peers_where_there_are_two(int peers, int copies)
    {
        var chart = Chart.Render($"qdrant.replicaCount={peers}");

        Assert.Equal($"{copies}", chart.Component("qdrant").Variable("QDRANT__STORAGE__COLLECTION__REPLICATION_FACTOR"));
        Assert.Equal([], ChartRules.Check(chart));
        Assert.Equal("None", chart.Get<V1Service>(chart.Get<V1StatefulSet>("somafractalmemory-qdrant").Spec.ServiceName).Spec.ClusterIP);
    }

    [Fact]
    public void Postgres_takes_the_connections_of_as_many_silos_as_may_come()
    {
        // The store's pool, one for the lock that keeps other hosts out, and some for grain storage.
        var ofASilo = new PostgresStoreOptions().MaxPoolSize + 5;
        var chart = Chart.Render(new RenderRequest { Values = "values-prod-ha.yaml" });

        var argument = chart.Component("postgres").Container.Args.Single(one => one.StartsWith("max_connections=", StringComparison.Ordinal));
        Assert.True(int.Parse(argument.Split('=')[1]) >= 9 * ofASilo);
    }

    [Theory]
    [InlineData("123")]
    [InlineData("true")]
    [InlineData("1e3")]
    public void A_release_may_be_called_like_a_number_or_a_word_of_yaml(string release)
    {
        foreach (var helm in Helm.Versions)
        {
            var chart = Chart.Render(new RenderRequest { Values = "values-prod-ha.yaml", Helm = helm, Release = release });

            Assert.Equal([], ChartRules.Check(chart));
            Assert.All(chart.All<V1Service>(), service => Assert.Matches("^[a-z]", service.Metadata.Name));
        }

        Assert.Equal([], ChartRules.Check(Chart.Render("fullnameOverride=on", "silo.priorityClassName=off")));
    }

    [Fact]
    public void A_taint_that_the_values_bear_is_not_borne_twice()
    {
        var tolerations = Chart.Render("lostNodeSeconds=10", "tolerations[0].key=node.kubernetes.io/not-ready", "tolerations[0].operator=Exists")
            .Component("gateway").Pod.Tolerations;

        Assert.Equal([("node.kubernetes.io/not-ready", null), ("node.kubernetes.io/unreachable", 10)], tolerations.Select(one => (one.Key, one.TolerationSeconds)));
    }

    [Fact]
    public void Peers_of_qdrant_go_where_the_values_say_where_they_say_it()
    {
        Assert.Null(Chart.Render().Component("qdrant").Pod.Affinity);
        const string Term = "qdrant.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0]";

        var affinity = Chart.Render("qdrant.replicaCount=3", $"{Term}.key=disk", $"{Term}.operator=Exists").Component("qdrant").Pod.Affinity;

        Assert.NotNull(affinity.NodeAffinity);
        Assert.Null(affinity.PodAntiAffinity);
    }

    [Fact]
    public void The_longest_name_of_a_release_still_makes_valid_names() =>
        Assert.Equal([], ChartRules.Check(Chart.Render(new RenderRequest
        {
            Values = "values-prod-ha.yaml",
            Release = "a-release-that-has-as-long-a-name-as-helm-lets-it-be",
        })));
}
