using System.Security.Cryptography;
using Soma.Gateway.Hosting;
using Soma.Hosting;
using Soma.Silo.Hosting;
using Soma.System.Tests.Processes;
using Soma.Testing.Tls;

namespace Soma.System.Tests.Deployment;

/// <summary>
/// Each variable of <c>.env.template</c> reaches the processes, changes the setting that it names, and is named when
/// its value is refused.
/// </summary>
public sealed class SettingsTemplateTests : IDisposable
{
    private const string Issuer = "https://issuer.example";
    private const string Endpoint = "http://127.0.0.1:1/v1";

    /// <summary>The environment that compose gives when <c>.env</c> sets nothing.</summary>
    private static readonly Dictionary<string, string> Bare = new()
    {
        ["POSTGRES_HOST"] = "postgres",
        ["POSTGRES_PASSWORD"] = "soma",
        ["REDIS_HOST"] = "redis",
        ["QDRANT_HOST"] = "qdrant",
        // These two have the same effect as if they were unset.
        ["SOMA_API_TOKEN"] = "devtoken",
        ["LOG_LEVEL"] = "warning",
    };

    /// <summary>Variables that only compose, the stores and the images use. No Soma process reads them.</summary>
    private static readonly HashSet<string> ForCompose =
    [
        "COMPOSE_PROJECT_NAME", "API_BIND_ADDRESS", "API_PORT", "STORES_BIND_ADDRESS", "POSTGRES_HOST_PORT", "REDIS_HOST_PORT",
        "QDRANT_HOST_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT", "GRAFANA_ADMIN_PASSWORD", "SILO_REPLICAS", "SILO_MEMORY", "GATEWAY_MEMORY",
        "POSTGRES_MEMORY", "REDIS_MEMORY", "QDRANT_MEMORY", "SOMA_SILO_IMAGE", "SOMA_GATEWAY_IMAGE",
    ];

    /// <summary>Variables that the image or compose sets, because only one value is right in a container.</summary>
    private static readonly HashSet<string> OfTheContainer =
    [
        "POD_IP", "POD_NAME", "SOMA_SILO_PORT", "SOMA_SILO_GATEWAY_PORT", "SOMA_ADMIN_HOST", "SOMA_ADMIN_PORT", "SOMA_MODELS_DIR",
        "SOMA_API_HOST", "SOMA_API_PUBLISHED_HOST",
    ];

    /// <summary>Other names for variables of the template: older names, or names that other programs use.</summary>
    private static readonly HashSet<string> Aliases =
        ["POSTGRES_URL", "SOMA_POSTGRES_PASSWORD", "QDRANT_API_KEY", "SOMA_QDRANT_HOST", "SOMA_QDRANT_PORT", "SOMA_QDRANT_TLS"];

    private readonly TestFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly TestCertificate _certificate;

    public SettingsTemplateTests() => _certificate = _authority.Issue("process");

    public static TheoryData<string> ProcessVariables => [.. ComposeSettings.Template.Keys.Where(IsOfProcesses)];

    [Fact]
    public void A_copy_of_the_template_changes_nothing() => Assert.Equal(Describe(Bare), Describe(ComposeSettings.Template));

    [Fact]
    public void Compose_takes_each_variable_and_knows_no_other()
    {
        Assert.Equal(
            ComposeSettings.Template.Keys.Where(name => name != "COMPOSE_PROJECT_NAME").Order(),
            ComposeSettings.Composed.Select(variable => variable.Key).Order());
        Assert.Empty(ComposeSettings.Template.Keys.Where(IsOfProcesses).Except(ComposeSettings.PassedOn));
    }

    [Fact]
    public void A_default_of_compose_is_that_of_the_template() =>
        Assert.Empty(
            from variable in ComposeSettings.Composed
            from value in variable
            where value.Length > 0 && value != ComposeSettings.Template[variable.Key]
            select $"{variable.Key}: {value}");

    [Fact]
    public void Every_variable_of_silos_and_gateways_can_be_set()
    {
        var read = new HashSet<string>();
        Describe(new Dictionary<string, string>(Bare)
        {
            ["SOMA_EMBEDDINGS"] = Endpoint,
            ["SOMA_EMBEDDINGS_MODEL"] = "m",
            ["SOMA_JWT_ISSUER"] = Issuer,
            ["SOMA_JWT_AUDIENCE"] = "soma",
        }, read);

        Assert.Empty(read.Except(ComposeSettings.Template.Keys).Except(OfTheContainer).Except(Aliases));
        Assert.Empty(ComposeSettings.Template.Keys.Where(IsOfProcesses).Except(read));
    }

    [Theory]
    [MemberData(nameof(ProcessVariables))]
    public void A_variable_changes_the_setting_that_it_names(string variable)
    {
        var before = new Dictionary<string, string>(ComposeSettings.Template);
        if (variable.StartsWith("SOMA_EMBEDDINGS_", StringComparison.Ordinal))
        {
            (before["SOMA_EMBEDDINGS"], before["SOMA_EMBEDDINGS_MODEL"]) = (Endpoint, "m");
        }

        if (variable.StartsWith("SOMA_JWT_", StringComparison.Ordinal))
        {
            (before["SOMA_JWT_ISSUER"], before["SOMA_JWT_AUDIENCE"]) = (Issuer, "soma");
        }

        // These are refused alone.
        if (variable.Contains("TLS_", StringComparison.Ordinal) && variable.EndsWith("_FILE", StringComparison.Ordinal))
        {
            var prefix = variable[..(variable.IndexOf("TLS_", StringComparison.Ordinal) + 3)];
            (before[$"{prefix}_CERT_FILE"], before[$"{prefix}_KEY_FILE"]) = (_certificate.CertFile, _certificate.KeyFile);
            before["SOMA_CLUSTER_TLS_CA_FILE"] = prefix == "SOMA_CLUSTER_TLS" ? _authority.CaFile : "";
        }

        before["QDRANT_TLS"] = variable == "SOMA_QDRANT_CA_FILE" ? "true" : before["QDRANT_TLS"];
        var after = new Dictionary<string, string>(before) { [variable] = Another(variable) };

        Assert.NotEqual(Describe(before), Describe(after));
    }

    [Theory]
    [InlineData("SOMA_API_PORT", "0")]
    [InlineData("SOMA_NAMESPACE", "a/b")]
    [InlineData("SOMA_MEMORY_NAMESPACE", "a b")]
    [InlineData("SOMA_RATE_LIMIT_MAX", "few")]
    [InlineData("SOMA_RATE_LIMIT_WINDOW_SECONDS", "a minute")]
    [InlineData("SOMA_MAX_REQUEST_BODY_MB", "much")]
    [InlineData("SOMA_REQUEST_TIMEOUT_SECONDS", "0")]
    [InlineData("SOMA_FLAT_MEMORIES", "perhaps")]
    [InlineData("SOMA_UNKNOWN_FIELDS", "perhaps")]
    [InlineData("SOMA_ANSWER_MEMORY_MB", "0")]
    [InlineData("SOMA_DRAIN_SECONDS", "-1")]
    [InlineData("POSTGRES_PORT", "70000")]
    [InlineData("POSTGRES_SSL_MODE", "maybe")]
    [InlineData("SOMA_POSTGRES_URL", "postgresql://[")]
    [InlineData("SOMA_ALLOW_UNSAFE_POSTGRES", "perhaps")]
    [InlineData("REDIS_PORT", "0")]
    [InlineData("REDIS_DB", "first")]
    [InlineData("REDIS_URL", "http://redis")]
    [InlineData("QDRANT_PORT", "six")]
    [InlineData("QDRANT_TLS", "perhaps")]
    [InlineData("SOMA_QDRANT_URL", "qdrant:6333")]
    [InlineData("SOMA_QDRANT_PREFIX", "a/b")]
    [InlineData("SOMA_QDRANT_SETTLE_SECONDS", "0")]
    [InlineData("SOMA_QDRANT_TIMEOUT_SECONDS", "61")]
    [InlineData("SOMA_RESIDENT_LIMIT", "-1")]
    [InlineData("SOMA_EMBEDDINGS", "/no/such/model")]
    [InlineData("SOMA_QUERY_EMBEDDING", "slow")]
    [InlineData("SOMA_MEMORY_BUDGET_MB", "1")]
    [InlineData("SOMA_READ_LEASE_SECONDS", "0")]
    [InlineData("SOMA_SWEEP_INTERVAL_SECONDS", "0")]
    [InlineData("SOMA_COMPACTION_INTERVAL_SECONDS", "0")]
    [InlineData("SOMA_PROBE_TIMEOUT_SECONDS", "0")]
    [InlineData("SOMA_STARTUP_TIMEOUT_SECONDS", "-1")]
    [InlineData("LOG_LEVEL", "chatty")]
    public void An_invalid_value_is_refused_and_its_variable_is_named(string variable, string value)
    {
        var failure = Assert.Throws<InvalidSettingException>(
            () => Describe(new Dictionary<string, string>(ComposeSettings.Template) { [variable] = value }));

        Assert.Equal(variable, failure.Variable);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    // Tracing reads these variables by OpenTelemetry's own rules, and has its own tests.
    private static bool IsOfProcesses(string name) => !ForCompose.Contains(name) && !name.StartsWith("OTEL_", StringComparison.Ordinal);

    /// <summary>Everything that silos and gateways read from an environment, as text.</summary>
    private static string Describe(IReadOnlyDictionary<string, string> environment, HashSet<string>? read = null)
    {
        var settings = new SettingsReader(name =>
        {
            read?.Add(name);
            return environment.GetValueOrDefault(name);
        });
        var silo = SiloProcessOptions.Read(settings);
        var gateway = GatewayProcessOptions.Read(settings);
        // Secrets and lists are added by hand, because the options' own text leaves them out.
        var endpoint = silo.Silo.Grains.Embeddings.Endpoint;
        return string.Join(
            '\n',
            silo,
            gateway,
            silo.Redis.ToString(includePassword: true),
            string.Join(',', gateway.Gateway.CorsOrigins),
            string.Join(',', gateway.Gateway.McpHosts),
            string.Join(',', gateway.Gateway.Jwt?.Audiences ?? []),
            string.Join(',', gateway.Gateway.Jwt?.DefaultNamespaces ?? []),
            string.Join(',', endpoint?.GetType().GetProperties().Select(property => property.GetValue(endpoint)) ?? []));
    }

    /// <summary>A valid value that differs from the template's.</summary>
    private string Another(string variable) => variable switch
    {
        _ when variable.EndsWith("_CERT_FILE", StringComparison.Ordinal) => MakeFile(File.ReadAllText(_certificate.CertFile)),
        _ when variable.EndsWith("TLS_KEY_FILE", StringComparison.Ordinal) => MakeFile(File.ReadAllText(_certificate.KeyFile)),
        _ when variable.EndsWith("_CA_FILE", StringComparison.Ordinal) => MakeFile(_authority.Pem),
        "SOMA_JWT_KEY_FILE" => MakeFile(ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfoPem()),
        "SOMA_JWT_ISSUER" or "SOMA_JWT_JWKS_URL" => "https://elsewhere.example",
        "SOMA_JWT_REFRESH_SECONDS" => "77",
        "SOMA_POSTGRES_URL_FILE" or "REDIS_URL_FILE" => MakeFile(Another(variable[..^"_FILE".Length])),
        _ when variable.EndsWith("_FILE", StringComparison.Ordinal) => MakeFile("of-a-file"),
        "SOMA_POSTGRES_URL" => "postgresql://u:p@elsewhere:5433/other",
        "REDIS_URL" => "rediss://u:p@elsewhere:6380/1",
        "QDRANT_URL" or "SOMA_QDRANT_URL" => "https://elsewhere:6334",
        "SOMA_EMBEDDINGS_SPACE" => "all-minilm-l6-v2",
        "SOMA_EMBEDDINGS" => "fast",
        "SOMA_QUERY_EMBEDDING" => "accurate",
        "SOMA_UNKNOWN_FIELDS" => "ignore",
        "SOMA_FACADES" => "none",
        "SOMA_MEM0_INFER" => "refuse",
        "SOMA_UI" => "off",
        "SOMA_LANGGRAPH_NAMESPACE" => "per-label",
        "POSTGRES_SSL_MODE" => "verify-full",
        "LOG_LEVEL" => "debug",
        _ when ComposeSettings.Template[variable] is "true" or "false" => "true",
        _ when double.TryParse(ComposeSettings.Template[variable], out _) => "7",
        "SOMA_ANSWER_MEMORY_MB" or "SOMA_MEMORY_BUDGET_MB" or "SOMA_EMBEDDINGS_DIMENSIONS" => "77",
        _ => "another",
    };

    private string MakeFile(string content)
    {
        var file = Path.Combine(_folder.Location, "secret");
        File.WriteAllText(file, content);
        return file;
    }
}
