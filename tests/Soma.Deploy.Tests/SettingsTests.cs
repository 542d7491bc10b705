using k8s.Models;
using Soma.Deploy.Tests.Rendering;
using Soma.Deploy.Tests.Rules;

namespace Soma.Deploy.Tests;

/// <summary>Values of the chart become settings of silos and gateways, as the code that reads them at a start understands them.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Limiter_body_size_namespace_and_their_like_arrive_at_gateways()
    {
        var gateway = EnvironmentRules.ReadGateway(Chart.Render(
            "settings.namespace=agents", "settings.maxRequestBodyMb=0.5", "settings.rateLimitMax=2000000", "settings.rateLimitWindowSeconds=7",
            "settings.requestTimeoutSeconds=3", "settings.flatMemories=true", "settings.unknownFields=ignore", "settings.corsOrigins={https://a.example,https://b.example}",
            "settings.ui=off", "settings.drainSeconds=9", "settings.clusterId=blue", "settings.serviceId=memories", "settings.logLevel=debug"));

        Assert.Equal(("agents", 512 * 1024L, 2_000_000), (gateway.Gateway.DefaultNamespace, gateway.Gateway.MaxBodyBytes, gateway.Gateway.RateLimit));
        Assert.Equal((7.0, 3.0, 9.0), (gateway.Gateway.RateLimitWindow.TotalSeconds, gateway.Gateway.RequestTimeout.TotalSeconds, gateway.Http.DrainTime.TotalSeconds));
        Assert.True(gateway.Gateway.FlatMemories);
        Assert.False(gateway.Gateway.ServesExplorer);
        Assert.True(gateway.Gateway.IgnoreUnknownFields);
        Assert.Equal(["https://a.example", "https://b.example"], gateway.Gateway.CorsOrigins);
        Assert.Equal(("blue", "memories"), (gateway.ClusterId, gateway.ServiceId));
        Assert.Equal("value-of-SOMA_API_TOKEN", gateway.Http.Token.Value);
    }

    [Fact]
    public void Tokens_of_an_issuer_are_accepted_where_the_values_name_one()
    {
        var jwt = EnvironmentRules.ReadGateway(Chart.Render(
            "jwt.issuer=https://login.example", "jwt.audience=soma", "jwt.jwksUrl=https://login.example/keys", "jwt.tenantClaim=org", "jwt.scopePrefix=memory.",
            "jwt.defaultTenant=acme", "jwt.defaultNamespaces={notes,user-*}", "jwt.clockSkewSeconds=5", "jwt.refreshSeconds=60")).Gateway.Jwt!;

        Assert.Equal(("https://login.example", "https://login.example/keys", "org", "soma_namespaces"), (jwt.Issuer, $"{jwt.JwksUrl}", jwt.TenantClaim, jwt.NamespacesClaim));
        Assert.Equal(("scope", "memory.", "acme"), (jwt.ScopeClaim, jwt.ScopePrefix, jwt.DefaultTenant));
        Assert.Equal(["soma"], jwt.Audiences);
        Assert.Equal(["notes", "user-*"], jwt.DefaultNamespaces);
        Assert.Equal((5.0, 60.0), (jwt.ClockSkew.TotalSeconds, jwt.RefreshInterval.TotalSeconds));
        Assert.Null(EnvironmentRules.ReadGateway(Chart.Render()).Gateway.Jwt);
    }

    [Fact]
    public void Zero_switches_limits_off()
    {
        var gateway = EnvironmentRules.ReadGateway(Chart.Render("settings.rateLimitMax=0", "settings.maxRequestBodyMb=0")).Gateway;

        Assert.Equal((0, null), (gateway.RateLimit, gateway.MaxBodyBytes));
    }

    [Fact]
    public void Silos_get_their_own_and_what_they_share_with_gateways()
    {
        var chart = Chart.Render(
            "silo.memoryBudgetMb=300", "silo.readLeaseSeconds=2", "silo.probeTimeoutSeconds=1.5", "silo.startupTimeoutSeconds=90",
            "settings.maxRequestBodyMb=20", "qdrant.residentLimit=5000000", "secrets.operatorTokenSecretName=existing-operator");
        var silo = EnvironmentRules.ReadSilo(chart);

        Assert.Equal((300L << 20, 5_000_000L), (silo.Silo.Grains.MemoryBudgetBytes, silo.Silo.Grains.Engine.ResidentLimit));
        Assert.Equal((2.0, 1.5, 90.0), (silo.Silo.Grains.Engine.ReadLease.TotalSeconds, silo.ProbeTimeout.TotalSeconds, silo.StartupTimeout.TotalSeconds));
        Assert.Equal(20L << 20, silo.Silo.MaxRequestBodyBytes);
        Assert.Equal("value-of-SOMA_OPERATOR_TOKEN", silo.OperatorToken);
        Assert.Equal(("10.1.2.3", "somafractalmemory-silo-0"), ($"{silo.Address}", silo.Name));
        Assert.Equal((11111, 30000, 9596), (silo.SiloPort, silo.GatewayPort, silo.AdminPort));
        var (one, other) = (silo.Silo, EnvironmentRules.ReadGateway(chart));
        Assert.Equal((one.ClusterId, one.ServiceId), (other.ClusterId, other.ServiceId));
        Assert.Equal([], ChartRules.Check(chart));
    }

    [Fact]
    public void Two_releases_are_two_clusters() => Assert.NotEqual(
        EnvironmentRules.ReadSilo(Chart.Render()).Silo.ClusterId,
        EnvironmentRules.ReadSilo(Chart.Render(new RenderRequest { Release = "other" })).Silo.ClusterId);

    [Fact]
    public void Stores_elsewhere_are_reached_by_their_parts()
    {
        var chart = Chart.Render(
            "postgres.enabled=false", "postgres.external.host=pg.example", "postgres.external.port=6432", "postgres.external.sslMode=verify-full",
            "postgres.external.caSecretName=existing-ca", "postgres.username=me", "postgres.database=mine", "redis.enabled=false",
            "redis.external.host=redis.example", "redis.external.port=6380", "redis.external.database=3", "redis.external.tls=true", "redis.external.username=you",
            "redis.passwordSecretName=existing-redis", "qdrant.enabled=false", "qdrant.external.url=https://qdrant.example:7333", "qdrant.apiKeySecretName=existing-qdrant", "backup.enabled=true");
        var silo = EnvironmentRules.ReadSilo(chart);

        Assert.Contains("Host=pg.example;Port=6432;Username=me;Password=value-of-SOMA_POSTGRES_PASSWORD;Database=mine;SSL Mode=VerifyFull", silo.Postgres, StringComparison.Ordinal);
        Assert.Contains($"Root Certificate={SecretFiles.CaFile}", silo.Postgres, StringComparison.Ordinal);
        Assert.Contains("redis.example:6380", $"{silo.Redis.EndPoints[0]}", StringComparison.Ordinal);
        Assert.Equal((true, 3, "you", "value-of-REDIS_PASSWORD"), (silo.Redis.Ssl, silo.Redis.DefaultDatabase, silo.Redis.User, silo.Redis.Password));
        Assert.Equal(("https://qdrant.example:7333/", "value-of-QDRANT_API_KEY"), ($"{silo.Qdrant?.Url}", silo.Qdrant?.ApiKey));
        Assert.Equal([], ChartRules.Check(chart));
        Assert.Equal([6432, 6380, 7333], PortsOut(chart, "silo").Except([53, 11111]));
        Assert.Equal([6432], PortsOut(chart, "backup").Except([53]));
    }

    [Fact]
    public void Stores_elsewhere_are_reached_by_urls_in_secrets()
    {
        var chart = Chart.Render(
            "postgres.enabled=false", "postgres.external.urlSecretName=existing-pg", "redis.enabled=false", "redis.external.urlSecretName=existing-redis", "backup.enabled=true");
        var silo = EnvironmentRules.ReadSilo(chart);

        Assert.Contains("Host=elsewhere;Port=6432;Username=someone;Password=secret;Database=memories", silo.Postgres, StringComparison.Ordinal);
        Assert.Equal((true, 2), (silo.Redis.Ssl, silo.Redis.DefaultDatabase));
        Assert.Equal([], ChartRules.Check(chart));
    }

    [Fact]
    public void A_models_endpoint_and_a_collector_are_let_through()
    {
        var chart = Chart.Render(
            "embeddings.source=https://models.example/v1", "embeddings.model=small", "embeddings.dimensions=512", "embeddings.query=accurate",
            "embeddings.queryPrefix=query: ", "embeddings.apiKeySecretName=existing-key", "settings.otlpEndpoint=http://collector:4317");

        Assert.Equal([], ChartRules.Check(chart).Where(problem => !problem.Contains("nobody reads", StringComparison.Ordinal)));
        Assert.Equal([443, 4317], PortsOut(chart, "silo").Where(port => port is 443 or 4317));
        Assert.Contains(4317, PortsOut(chart, "gateway"));
        Assert.Equal("query: ", chart.Component("silo").Variable("SOMA_EMBEDDINGS_QUERY_PREFIX"));
    }

    private static IEnumerable<int> PortsOut(RenderedChart chart, string component) => chart.All<V1NetworkPolicy>()
        .Where(policy => chart.Component(component).Matches(policy.Spec.PodSelector.MatchLabels))
        .SelectMany(policy => policy.Spec.Egress).SelectMany(rule => rule.Ports).Select(port => int.Parse(port.Port.Value)).Distinct();
}
