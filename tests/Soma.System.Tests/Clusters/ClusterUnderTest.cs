using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Soma.System.Tests.Chaos;
using Soma.System.Tests.Processes;
using Soma.Testing;
using Soma.Testing.Postgres;
using Soma.Testing.Redis;
using Soma.Testing.Tls;

namespace Soma.System.Tests.Clusters;

/// <summary>
/// A whole cluster of real processes on 127.0.0.1: Postgres, Redis, silos, gateways. Each process keeps its ports when
/// it is restarted.
/// </summary>
internal sealed class ClusterUnderTest : IAsyncDisposable
{
    /// <summary>The API token, and the operator token too.</summary>
    public const string Token = "system-test-token";

    // A first start beside builds that took both cores lasted more than two minutes. A cluster that does not recover never gets ready.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ClusterShape _shape;
    private readonly Dictionary<int, IReadOnlyList<PostgresProxy>> _proxies = [];
    private PostgresServer? _dead;

    private ClusterUnderTest(ClusterShape shape)
    {
        _shape = shape;
        Certificate = shape.HasTls ? ClusterAuthority.Shared.Issue($"cluster-{FreePorts.Next()}") : null;
        Redis = RedisServer.With(Certificate);
        Postgres = new PostgresServer(certificate: shape.HasProxies ? null : Certificate);
    }

    /// <summary>The certificate that all processes of the cluster present; null: they speak without TLS.</summary>
    public TestCertificate? Certificate { get; }

    /// <summary>The server that takes writes.</summary>
    public PostgresServer Postgres { get; private set; }

    /// <summary>Its standby; null: it has none now.</summary>
    public PostgresServer? Standby { get; private set; }

    public RedisServer Redis { get; }

    /// <summary>The connection string of the database, without a proxy.</summary>
    public string Database { get; private set; } = "";

    public IReadOnlyList<SupervisedProcess> Silos { get; private set; } = [];

    public IReadOnlyList<SupervisedProcess> Gateways { get; private set; } = [];

    /// <summary>The proxies to the server that takes writes, in the order of the silos; empty if the cluster has none.</summary>
    public IReadOnlyList<PostgresProxy> Proxies => _proxies.GetValueOrDefault(Postgres.Port) ?? [];

    public IEnumerable<SupervisedProcess> Members => Silos.Concat(Gateways);

    public static async Task<ClusterUnderTest> StartAsync(ClusterShape shape)
    {
        var cluster = new ClusterUnderTest(shape);
        try
        {
            await cluster.StartAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every process is ready.</summary>
    /// <exception cref="TimeoutException">A process is not ready; the message holds the output of all
    /// processes.</exception>
    public async Task WaitUntilReadyAsync()
    {
        try
        {
            await Eventually.TrueAsync(
                async () => (await Task.WhenAll(Members.Select(member => member.IsReadyAsync()))).All(isReady => isReady), Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The cluster is not ready again within {Patience.TotalSeconds:0} s.\n{Describe()}");
        }
    }

    /// <summary>Waits until the namespace's grain is active on a silo, and returns that silo.</summary>
    public async Task<SupervisedProcess> FindOwnerAsync(string soleNamespace)
    {
        SupervisedProcess? owner = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var answers = await Task.WhenAll(Silos.Select(silo => silo.OwnsAsync(soleNamespace)));
                owner = Silos.Zip(answers).FirstOrDefault(pair => pair.Second).First;
                return owner is not null;
            },
            Patience);
        return owner!;
    }

    /// <summary>Makes an access key with the root token.</summary>
    public async Task<(string Id, string Token)> MakeKeyAsync(string name, string[] namespaces, string[] scopes)
    {
        using var client = ClusterAuthority.NewClient(Gateways[^1].Address);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var response = await client.PostAsJsonAsync("keys", new { name, namespaces, scopes });
        response.EnsureSuccessStatusCode();
        var made = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
    }

    /// <summary>The proxy between a silo and Postgres.</summary>
    public PostgresProxy ProxyOf(SupervisedProcess silo) => Proxies[Silos.ToList().IndexOf(silo)];

    public string Describe() => string.Join('\n', Members.Select(member => member.Describe()));

    public async ValueTask DisposeAsync()
    {
        // Gateways stop first. Otherwise they would fill their logs with messages about silos that are gone.
        foreach (var member in Gateways.Concat(Silos))
        {
            await member.DisposeAsync();
        }

        foreach (var proxy in _proxies.Values.SelectMany(proxies => proxies))
        {
            await proxy.DisposeAsync();
        }

        Redis.Dispose();
        Standby?.Dispose();
        Postgres.Dispose();
        _dead?.Dispose();
    }

    /// <summary>Kills the primary with its commits in flight, and promotes the standby.</summary>
    public void FailOver()
    {
        Postgres.StopImmediate();
        Standby!.Promote();
        (_dead, Postgres, Standby) = (Postgres, Standby, null);
        Database = new NpgsqlConnectionStringBuilder(Database) { Port = Postgres.Port }.ConnectionString;
    }

    /// <summary>Puts a new standby in the place of the server that was killed.</summary>
    public async Task RebuildStandbyAsync()
    {
        var port = _dead!.Port;
        _dead.Dispose();
        _dead = null;
        await AddStandbyAsync(port);
    }

    private async Task AddStandbyAsync(int? port)
    {
        var isSynchronous = _shape.Standby == StandbyKind.Synchronous;
        Standby = PostgresServer.StandbyOf(Postgres, port);
        await Postgres.SetAsync("synchronous_standby_names", isSynchronous ? "*" : "");
        await Eventually.TrueAsync(() => Postgres.IsFollowedAsync(isSynchronous));
    }

    private async Task StartAsync()
    {
        Database = await Postgres.CreateDatabaseAsync();
        if (_shape.Standby != StandbyKind.None)
        {
            await AddStandbyAsync(port: null);
        }

        foreach (var server in Servers().Where(_ => _shape.HasProxies))
        {
            _proxies[server.Port] = [.. Enumerable.Range(0, _shape.Silos).Select(_ => new PostgresProxy(server.Port))];
        }

        Silos = [.. Enumerable.Range(0, _shape.Silos).Select(index => MakeSilo(index, []))];
        Gateways = [.. Enumerable.Range(0, _shape.Gateways).Select(index => MakeGateway(index, []))];
        foreach (var member in Members)
        {
            member.Start();
        }

        await WaitUntilReadyAsync();
    }

    private IReadOnlyList<PostgresServer> Servers() => Standby is null ? [Postgres] : [Postgres, Standby];

    /// <summary>Makes a silo beside those of the cluster, with some variables of its own. The caller starts and disposes it.</summary>
    public SupervisedProcess MakeSilo(params (string Variable, string? Value)[] own) => MakeSilo(Silos.Count, own);

    /// <summary>Makes a gateway beside those of the cluster.</summary>
    public SupervisedProcess MakeGateway(params (string Variable, string? Value)[] own) => MakeGateway(Gateways.Count, own);

    private SupervisedProcess MakeSilo(int index, (string Variable, string? Value)[] own)
    {
        var hosts = Servers().Select(server => $"127.0.0.1:{(_shape.HasProxies ? _proxies[server.Port][index].Port : server.Port)}");
        var database = new NpgsqlConnectionStringBuilder(Database) { Host = string.Join(',', hosts) };
        var admin = FreePorts.Next();
        return Make($"silo-{index + 1}", _shape.SiloAssembly, admin, new()
        {
            ["SOMA_POSTGRES_URL"] = database.ConnectionString,
            ["POD_IP"] = "127.0.0.1",
            ["POD_NAME"] = $"silo-{index + 1}",
            ["SOMA_SILO_PORT"] = $"{FreePorts.Next()}",
            ["SOMA_SILO_GATEWAY_PORT"] = $"{FreePorts.Next()}",
            ["SOMA_ADMIN_PORT"] = $"{admin}",
            ["SOMA_OPERATOR_TOKEN"] = Token,
        }, own);
    }

    private SupervisedProcess MakeGateway(int index, (string Variable, string? Value)[] own)
    {
        var port = FreePorts.Next();
        return Make($"gateway-{index + 1}", _shape.GatewayAssembly, port, new()
        {
            ["SOMA_API_PORT"] = $"{port}",
            ["SOMA_API_TOKEN"] = Token,
            ["SOMA_RATE_LIMIT_MAX"] = "0",
        }, own);
    }

    private SupervisedProcess Make(
        string name, string assembly, int port, Dictionary<string, string?> environment, (string Variable, string? Value)[] own)
    {
        environment["REDIS_URL"] = Redis.Url;
        AddTls(environment);
        environment["SOMA_CLUSTER_ID"] = "chaos";
        environment["SOMA_SERVICE_ID"] = "soma";
        foreach (var (variable, value) in _shape.Environment.Select(pair => (pair.Key, pair.Value)).Concat(own))
        {
            environment[variable] = value;
        }

        var logFile = ChaosSettings.LogsFolder is { } folder ? Path.Combine(folder, $"{name}-{port}.log") : null;
        var address = new Uri($"{(_shape.HasTls ? "https" : "http")}://127.0.0.1:{port}");
        return new SupervisedProcess(name, new ManagedProcess(assembly, environment, logFile), address)
        {
            ClusterPorts = [.. new[] { "SOMA_SILO_PORT", "SOMA_SILO_GATEWAY_PORT" }.Where(environment.ContainsKey).Select(port => int.Parse(environment[port]!, CultureInfo.InvariantCulture))],
        };
    }

    private void AddTls(Dictionary<string, string?> environment)
    {
        if (Certificate is not { } certificate)
        {
            return;
        }

        foreach (var prefix in (string[])["SOMA_TLS", "SOMA_CLUSTER_TLS"])
        {
            (environment[$"{prefix}_CERT_FILE"], environment[$"{prefix}_KEY_FILE"]) = (certificate.CertFile, certificate.KeyFile);
        }

        environment["SOMA_CLUSTER_TLS_CA_FILE"] = ClusterAuthority.Shared.CaFile;
        environment["REDIS_CA_FILE"] = ClusterAuthority.Shared.CaFile;
        if (!_shape.HasProxies)
        {
            (environment["POSTGRES_SSL_MODE"], environment["POSTGRES_SSL_ROOT_CERT"]) = ("verify-full", ClusterAuthority.Shared.CaFile);
        }
    }
}
