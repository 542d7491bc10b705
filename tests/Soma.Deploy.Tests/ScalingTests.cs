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
        // Nothing else moves: no pod that stays is started again.
        var changed = renderings[0].Yaml.Split('\n').Zip(renderings[1].Yaml.Split('\n')).Where(pair => pair.First != pair.Second);
        Assert.Equal(("  replicas: 3", "  replicas: 5"), Assert.Single(changed));
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
        // The store's pool, a lock against other hosts, and a few of grain storage.
        var ofASilo = new PostgresStoreOptions().MaxPoolSize + 5;
        var chart = Chart.Render(new RenderRequest { Values = "values-prod-ha.yaml" });

        var argument = chart.Component("postgres").Container.Args.Single(one => one.StartsWith("max_connections=", StringComparison.Ordinal));
        Assert.True(int.Parse(argument.Split('=')[1]) >= 9 * ofASilo);
    }

    [Fact]
    public void The_longest_name_of_a_release_still_makes_valid_names() =>
        Assert.Equal([], ChartRules.Check(Chart.Render(new RenderRequest
        {
            Values = "values-prod-ha.yaml",
            Release = "a-release-that-has-as-long-a-name-as-helm-lets-it-be",
        })));
}
