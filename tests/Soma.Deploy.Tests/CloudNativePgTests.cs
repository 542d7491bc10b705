using System.Globalization;
using k8s.Models;
using Soma.Deploy.Tests.Rendering;
using Soma.Deploy.Tests.Rules;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Soma.Deploy.Tests;

/// <summary>The values for CloudNativePG and the database that the guide makes for them.</summary>
public sealed class CloudNativePgTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void With_its_values_the_chart_runs_no_Postgres_and_takes_the_operators_url(int helm)
    {
        var chart = new RenderedChart(Helm.Run(
            helm, new RenderRequest { Helm = helm, Values = "values-prod-ha.yaml", Over = ["values-prod-cnpg.yaml"] }.ToArguments()));

        Assert.DoesNotContain(chart.Objects, one => one.Metadata.Name.EndsWith("-postgres", StringComparison.Ordinal));
        var url = chart.Component("silo").SecretOf("SOMA_POSTGRES_URL_FILE");
        Assert.Equal(("soma-postgres-app", "uri"), (url?.Secret, url?.Key));
        Assert.Contains("SSL Mode=VerifyFull", EnvironmentRules.ReadSilo(chart).Postgres, StringComparison.Ordinal);
        Assert.Equal(3, chart.Get<V1StatefulSet>("somafractalmemory-silo").Spec.Replicas);
        Assert.Equal([], ChartRules.Check(chart));
    }

    [Fact]
    public void The_database_has_three_instances_and_commits_wait_for_one_standby()
    {
        var database = Read();
        var url = Chart.Render(new RenderRequest { Values = "values-prod-ha.yaml", Over = ["values-prod-cnpg.yaml"] })
            .Component("silo").SecretOf("SOMA_POSTGRES_URL_FILE");

        Assert.Equal(("postgresql.cnpg.io/v1", "Cluster"), (database.ApiVersion, database.Kind));
        Assert.Equal($"{database.Metadata.Name}-app", url?.Secret);
        Assert.Equal(3, database.Spec.Instances);
        Assert.Equal(("any", 1, "required"), (database.Spec.Postgresql.Synchronous.Method, database.Spec.Postgresql.Synchronous.Number, database.Spec.Postgresql.Synchronous.DataDurability));
        Assert.DoesNotContain(database.Spec.Postgresql.Parameters.Keys, name => name is "fsync" or "full_page_writes" or "synchronous_commit" or "synchronous_standby_names");
        // The chart wants 40 connections for each silo that there may be.
        Assert.True(int.Parse(database.Spec.Postgresql.Parameters["max_connections"], CultureInfo.InvariantCulture) >= 9 * 40);
    }

    private static Database Read() => new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).IgnoreUnmatchedProperties().Build()
        .Deserialize<Database>(Chart.Read("deploy/postgres/cloudnativepg.yaml"));

    /// <summary>The fields of the operator's Cluster that Soma depends on.</summary>
    private sealed class Database
    {
        public string ApiVersion { get; set; } = "";

        public string Kind { get; set; } = "";

        public NameOnly Metadata { get; set; } = new();

        public DatabaseSpec Spec { get; set; } = new();
    }

    private sealed class NameOnly
    {
        public string Name { get; set; } = "";
    }

    private sealed class DatabaseSpec
    {
        public int Instances { get; set; }

        public ServerSpec Postgresql { get; set; } = new();
    }

    private sealed class ServerSpec
    {
        public SynchronousSpec Synchronous { get; set; } = new();

        public Dictionary<string, string> Parameters { get; set; } = [];
    }

    private sealed class SynchronousSpec
    {
        public string Method { get; set; } = "";

        public int Number { get; set; }

        public string DataDurability { get; set; } = "";
    }
}
