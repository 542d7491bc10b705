using System.Text.Json;
using Soma.Gateway.Tests.Fakes;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Service;

public sealed class SystemRoutesTests : IAsyncLifetime
{
    private readonly GatewayUnderTest _gateway = new();

    public Task InitializeAsync() => _gateway.InitializeAsync();

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Stats_name_namespaces_only_to_the_root_token()
    {
        const string Totals = """{"total_memories":3,"episodic":2,"semantic":1,"belief":0,"vector_count":3""";
        Assert.Equal(
            Totals + ""","namespaces":{"default":{"total":2,"episodic":1,"semantic":1},"acme/shop":{"total":1,"episodic":1,"semantic":0}},"vector_collections":{"default":2,"acme/shop":1}}""",
            await _gateway.SendAsync("GET", "/stats").TextAsync());
        Assert.Equal(Totals + ""","namespaces":{},"vector_collections":{}}""", await _gateway.Client.GetStringAsync("/stats"));
        var wrong = _gateway.Request("GET", "/stats").With("Authorization", "Bearer wrong");
        Assert.Equal(Totals + ""","namespaces":{},"vector_collections":{}}""", await _gateway.SendAsync(wrong).TextAsync());
    }

    [Fact]
    public async Task Stats_that_cannot_be_had_are_503()
    {
        _gateway.Grains.System.Failure = new StoreUnavailableException("away");
        var response = await _gateway.Client.GetAsync("/stats");
        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal("1", response.Header("Retry-After"));
        Assert.Equal("Backend stats unavailable", (await response.JsonAsync()).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_cluster_lists_silos_with_what_each_said_and_those_that_said_nothing()
    {
        Assert.Equal(
            """{"silos":[{"name":"silo-0","address":"10.0.0.5:11111@7","status":"active","figures":{"version":"0.1.0","started_at":"2026-01-02T03:04:05.678901+00:00","namespaces":3,"queue_rows":1,"refining":2,"index_lag":4,"searches_waiting":5,"held_bytes":6,"budget_bytes":7,"cpu_percent":12.5,"memory_bytes":8,"dashboard":null}},{"name":"silo-1","address":"10.0.0.6:11111@8","status":"joining","figures":null}]}""",
            await _gateway.SendAsync("GET", "/cluster").TextAsync());
    }

    [Fact]
    public async Task The_cluster_is_503_when_no_silo_answers()
    {
        _gateway.Grains.System.Failure = new SiloUnavailableException("gone");
        var response = await _gateway.SendAsync("GET", "/cluster");
        Assert.Equal((503, "1"), ((int)response.StatusCode, response.Header("Retry-After")));
    }

    [Theory]
    [InlineData("""["*"]""", 200)]
    [InlineData("""["team-*","notes"]""", 403)]
    public async Task The_cluster_is_for_admin_keys_of_all_namespaces_of_a_tenant(string namespaces, int status)
    {
        var made = await _gateway.SendAsync("POST", "/keys", $$"""{"name":"x","namespaces":{{namespaces}},"scopes":["admin"]}""");
        var key = (await made.JsonAsync()).GetProperty("key").GetString();
        var response = await _gateway.SendAsync(_gateway.Request("GET", "/cluster").With("Authorization", $"Bearer {key}"));
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Healthy_probes_show_three_flags()
    {
        foreach (var path in new[] { "/readyz", "/healthz", "/health/ready" })
        {
            Assert.Equal("""{"kv_store":true,"vector_store":true,"graph_store":true}""", await _gateway.Client.GetStringAsync(path));
        }

        var health = JsonDocument.Parse(await _gateway.Client.GetStringAsync("/health")).RootElement;
        Assert.Equal(("healthy", true, true), (health.GetProperty("status").GetString(), health.GetProperty("healthy").GetBoolean(), health.GetProperty("graph_store").GetBoolean()));
        Assert.Equal("store", health.GetProperty("components")[0].GetProperty("name").GetString());
        Assert.False(health.TryGetProperty("services", out _));
    }

    [Fact]
    public async Task A_store_that_is_away_makes_readyz_503_but_asks_for_no_restart()
    {
        _gateway.Grains.System.IsStoreAway = true;
        var readyz = await _gateway.Client.GetAsync("/readyz");
        Assert.Equal(503, (int)readyz.StatusCode);
        Assert.False((await readyz.JsonAsync()).GetProperty("kv_store").GetBoolean());
        Assert.Equal("""{"kv_store":false,"vector_store":true,"graph_store":false}""", await _gateway.Client.GetStringAsync("/healthz"));
        Assert.Equal(200, (int)(await _gateway.Client.GetAsync("/health/ready")).StatusCode);
        Assert.Contains("\"status\":\"unhealthy\"", await _gateway.Client.GetStringAsync("/health"));
    }

    [Fact]
    public async Task Qdrant_away_is_degraded_and_ready()
    {
        _gateway.Grains.System.IsQdrantAway = true;
        Assert.Contains("\"status\":\"degraded\",\"healthy\":false", await _gateway.Client.GetStringAsync("/health"));
        Assert.Equal(200, (int)(await _gateway.Client.GetAsync("/readyz")).StatusCode);
    }

    [Theory]
    [InlineData(nameof(TimeoutException))]
    [InlineData(nameof(ClientNotAvailableException))]
    [InlineData(nameof(SiloUnavailableException))]
    [InlineData(nameof(ObjectDisposedException))]
    public async Task No_silo_makes_the_process_not_ready_but_alive(string failure)
    {
        _gateway.Grains.System.Failure = FailureNames.Make(failure);
        Assert.Equal(503, (int)(await _gateway.Client.GetAsync("/readyz")).StatusCode);
        Assert.Equal(503, (int)(await _gateway.Client.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(200, (int)(await _gateway.Client.GetAsync("/healthz")).StatusCode);
        Assert.Equal("""{"status":"ok"}""", await _gateway.Client.GetStringAsync("/health/live"));
        Assert.Contains("\"name\":\"silo\",\"healthy\":false", await _gateway.Client.GetStringAsync("/health"));
    }

    [Fact]
    public async Task The_front_page_and_ping_answer_anyone()
    {
        Assert.Equal("""{"message":"Soma is running","metrics":"/metrics","docs":"/docs"}""", await _gateway.Client.GetStringAsync("/"));
        Assert.Equal("""{"ping":"pong"}""", await _gateway.Client.GetStringAsync("/ping"));
    }

    [Fact]
    public async Task Metrics_are_labelled_by_route_never_by_path()
    {
        await _gateway.SendAsync("POST", "/memories/batch", """{"items":[{"coord":"31337","payload":{}},{"payload":{}}]}""");
        await _gateway.SendAsync("GET", "/api/v1/memories/31337");
        await _gateway.SendAsync("GET", "/memories/404");
        await _gateway.SendAsync("GET", "/memories/search?query=a");
        await _gateway.SendAsync("GET", "/made/up/path");
        await _gateway.SendAsync("BREW", "/memories");
        var text = await _gateway.Client.GetStringAsync("/metrics");
        Assert.Contains("api_requests_total{endpoint=\"/memories/{coord}\",method=\"GET\"} 2", text);
        Assert.Contains("api_responses_total{endpoint=\"/memories/{coord}\",method=\"GET\",status=\"200\"} 1", text);
        Assert.Contains("api_responses_total{endpoint=\"unmatched\",method=\"GET\",status=\"404\"} 1", text);
        Assert.Contains("api_responses_total{endpoint=\"unmatched\",method=\"other\",status=\"405\"} 1", text);
        Assert.Contains("api_request_latency_seconds_count{endpoint=\"/memories/batch\",method=\"POST\"} 1", text);
        Assert.Contains("http_404_requests_total 2", text);
        Assert.Contains("soma_memory_store_total 2", text);
        Assert.Contains("soma_memory_store_latency_seconds_count 1", text);
        Assert.Contains("soma_memory_recall_total 1", text);
        Assert.Contains("soma_memory_recall_latency_seconds_count 1", text);
        Assert.DoesNotContain("31337", text);
    }

    [Fact]
    public async Task Requests_are_logged_by_route_and_id_without_content()
    {
        await _gateway.SendAsync(_gateway.Request("GET", "/memories/27182,81828?flat=true").With("X-Request-ID", "my-id"));
        await _gateway.SendAsync("POST", "/memories", """{"coord":"27182","payload":{"secret":"27182"}}""");
        var entry = Assert.Single(_gateway.Log.Entries, entry => entry.Text.Contains("my-id"));
        Assert.Equal("Request processed", entry.Event);
        Assert.Contains("GET /memories/{coord} 404", entry.Text);
        Assert.DoesNotContain(_gateway.Log.Entries, entry => entry.Text.Contains("27182") || entry.Text.Contains(_gateway.Token));
    }

    [Theory]
    [InlineData("abc-123", true)]
    [InlineData("with blank", false)]
    [InlineData("", false)]
    public async Task Request_ids_are_echoed_if_fit_else_made(string id, bool isEchoed)
    {
        var response = await _gateway.SendAsync(_gateway.Request("GET", "/ping").With("X-Request-ID", id));
        Assert.Equal(isEchoed, response.Header("X-Request-ID") == id);
        Assert.NotEmpty(response.Header("X-Request-ID")!);
        var longest = await _gateway.SendAsync(_gateway.Request("GET", "/ping").With("X-Request-ID", new string('x', 129)));
        Assert.Equal(32, longest.Header("X-Request-ID")!.Length);
    }

    [Fact]
    public async Task The_docs_page_serves_its_own_assets()
    {
        var page = await _gateway.Client.GetStringAsync("/docs/index.html");
        Assert.DoesNotContain("https://", page);
        Assert.Equal(200, (int)(await _gateway.Client.GetAsync("/docs/swagger-ui-bundle.js")).StatusCode);
        Assert.Equal(200, (int)(await _gateway.Client.GetAsync("/docs")).StatusCode);
    }

    [Fact]
    public async Task Cross_origin_requests_pass_only_where_allowed()
    {
        HttpRequestMessage Preflight() => _gateway.Request("OPTIONS", "/memories/1").With("Authorization", null)
            .With("Origin", "https://app.example").With("Access-Control-Request-Method", "DELETE");
        Assert.Null((await _gateway.SendAsync(Preflight())).Header("Access-Control-Allow-Origin"));
        var open = await GatewayUnderTest.StartAsync(options => options with { CorsOrigins = ["https://app.example"] });
        var response = await open.SendAsync(Preflight());
        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal("https://app.example", response.Header("Access-Control-Allow-Origin"));
        Assert.Equal("true", response.Header("Access-Control-Allow-Credentials"));
        await open.DisposeAsync();
    }
}
