using System.Text.Json;
using System.Text.Json.Nodes;
using Soma.Calibrating;
using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Interfaces;
using Soma.Hosting;
using Soma.Testing;

namespace Soma.Gateway.Tests.Calibrating;

/// <summary>Runs <c>soma calibrate</c> against a service whose embedder has a space of its own: a model folder.</summary>
public sealed class CalibrateCommandTests(CalibrateCommandTests.OwnEmbedder service) : IClassFixture<CalibrateCommandTests.OwnEmbedder>
{
    private const string Key = "We hid the spare key of the cottage beneath the blue flowerpot.";
    private const string Asked = "Where can I find what unlocks our holiday house?";
    private const string Foreign = "Which guitarist founded that progressive rock band?";

    private static readonly string[] Persons = ["Anna", "Bruno", "Carla", "David", "Elena", "Felix", "Greta", "Hugo", "Irene", "Jonas"];

    private static readonly string[] Deeds =
    [
        "{0} painted the garden fence dark green last summer", "{0} is allergic to walnuts and carries medicine", "{0} adopted a shy dog from the animal shelter",
        "{0} bakes lemon cake for every birthday party", "{0} works as a nurse in the children's hospital", "{0} sold the old boat to a fisherman",
    ];

    [Fact]
    public async Task After_it_a_memory_in_other_words_is_relevant_and_a_foreign_question_stays_unanswered()
    {
        var space = await ResetAsync();
        Assert.Null((await FindAsync(space, Asked)).Cosine);
        Assert.InRange((await FindAsync(space, Asked)).Relevance, 0, 0.3);

        var (code, output, errors) = await CalibrateAsync(space);

        Assert.Equal((ExitCode.Stopped, ""), (code, errors));
        Assert.Matches(@"\d+ pairs of 61 queries, \d+ of them relevant", output);
        Assert.Contains("expected calibration error", output, StringComparison.Ordinal);
        var (good, foreign) = (await FindAsync(space, Asked), await FindAsync(space, Foreign));
        Assert.NotNull(good.Cosine);
        Assert.True(good.Relevance > 3 * foreign.Relevance, $"{good} {foreign}");
        Assert.InRange(foreign.Relevance, 0, 0.2);
    }

    [Fact]
    public async Task It_leaves_the_other_settings_as_they_are_and_a_dry_run_leaves_all()
    {
        var space = await ResetAsync();
        await service.SendAsync(HttpMethod.Put, $"namespaces/{space}", space, """{"recency_half_life_days":7,"sequence_fields":["room"]}""");
        var before = (await service.SendAsync(HttpMethod.Get, $"namespaces/{space}", space)).ToJsonString();

        var (dry, shown, _) = await CalibrateAsync(space, isDry: true);
        Assert.Equal((ExitCode.Stopped, before), (dry, (await service.SendAsync(HttpMethod.Get, $"namespaces/{space}", space)).ToJsonString()));
        await CalibrateAsync(space);

        var after = await service.SendAsync(HttpMethod.Get, $"namespaces/{space}", space);
        Assert.StartsWith("folder:all-minilm-l6-v2:", (string?)after["relevance"]!["space"], StringComparison.Ordinal);
        Assert.Contains($"exp({after["relevance"]!["threshold"]} - {after["relevance"]!["per_cosine"]} cosine", shown, StringComparison.Ordinal);
        after["relevance"] = null;
        Assert.Equal(before, after.ToJsonString());
    }

    [Fact]
    public async Task Judged_pairs_are_fitted_to_in_place_of_the_memories()
    {
        var space = await ResetAsync();
        var file = Path.GetTempFileName();
        // Whoever judges by the person alone, and never by the deed.
        var lines = Persons.SelectMany(asked => Enumerable.Range(0, 30).Select(i => (asked, Coord: $"@{i}", IsSame: Persons[i % Persons.Length] == asked)))
            .Select(pair => JsonSerializer.Serialize(new { query = $"What does {pair.asked} do?", coord = pair.Coord, relevant = pair.IsSame }));
        await File.WriteAllLinesAsync(file, [.. lines, """{"query":"What does Anna do?","coord":"@nobody","relevant":true}"""]);

        var (code, output, errors) = await CalibrateAsync(space, file);
        File.Delete(file);

        Assert.Equal((ExitCode.Stopped, ""), (code, errors));
        Assert.Contains("300 pairs of 10 queries, 30 of them relevant; 1 left out.", output, StringComparison.Ordinal);
        Assert.Contains("100.0% of the others are silenced", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_pairs_are_refused_and_nothing_is_written()
    {
        var space = SomaHost.NewNamespace("few");
        await service.StoreAsync(space, [.. Texts().Take(8)]);

        var (code, output, errors) = await CalibrateAsync(space);

        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Matches(@"^soma: default/few-\d+: too few pairs: 56, \d+ of them relevant \(0 were left out\)\. At least 200 are needed[^\n]+\n$", errors);
        Assert.Null((await service.SendAsync(HttpMethod.Get, $"namespaces/{space}", space))["relevance"]);
    }

    [Fact]
    public async Task A_namespace_of_the_built_in_models_is_refused_because_its_curve_is_known()
    {
        var space = SomaHost.NewNamespace("builtin");
        await service.SendAsync(HttpMethod.Put, $"namespaces/{space}", space, """{"embedder":"fast"}""");
        await service.StoreAsync(space, Texts());

        var (code, _, errors) = await CalibrateAsync(space);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("The built-in models have their curve already.", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"query":"a","coord":"1"}""")]
    [InlineData("""{"query":"a","coord":"1","relevant":true,"relevance":1}""")]
    public async Task A_line_that_is_no_pair_is_named(string line)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, ["""{"query":"a","coord":"1","relevant":true}""", line]);

        var (code, _, errors) = await CalibrateAsync("nobody", file);
        File.Delete(file);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains($"{file}, line 2: a pair is", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"space":"own","threshold":5,"per_cosine":6}""", 422)]
    [InlineData("""{"space":"","threshold":5,"per_cosine":6,"per_cover":7}""", 422)]
    [InlineData("""{"space":"own","threshold":5,"per_cosine":-1,"per_cover":7}""", 422)]
    [InlineData("""{"space":"own","threshold":"5","per_cosine":6,"per_cover":7}""", 422)]
    [InlineData("""{"space":"own","threshold":5,"per_cosine":6,"per_cover":7,"slope":1}""", 422)]
    [InlineData("""{"space":"own","threshold":-5.5,"per_cosine":6,"per_cover":0}""", 200)]
    [InlineData("null", 200)]
    public async Task The_settings_take_a_whole_curve_and_nothing_less(string curve, int status)
    {
        var space = SomaHost.NewNamespace("curve");
        using var client = service.Host.NewClient(space);

        using var put = await client.PutAsync(new Uri($"namespaces/{space}", UriKind.Relative), new StringContent($$"""{"relevance":{{curve}}}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));

        Assert.Equal(status, (int)put.StatusCode);
        var kept = (await service.SendAsync(HttpMethod.Get, $"namespaces/{space}", space))["relevance"];
        Assert.Equal(status == 200 ? curve : "null", kept?.ToJsonString() ?? "null");
    }

    private static string[] Texts() => [.. Enumerable.Range(0, Persons.Length * Deeds.Length).Select(i => string.Format(null, Deeds[i / Persons.Length], Persons[i % Persons.Length])), Key];

    /// <summary>The namespace that has many memories, with settings as if nobody had touched them.</summary>
    private async Task<string> ResetAsync()
    {
        await service.SendAsync(HttpMethod.Put, $"namespaces/{OwnEmbedder.Filled}", OwnEmbedder.Filled, "{}");
        return OwnEmbedder.Filled;
    }

    private async Task<(double Relevance, double? Cosine)> FindAsync(string space, string query)
    {
        var search = new JsonObject { ["query"] = query, ["top_k"] = 1, ["explain"] = true, ["mode"] = "vector" };
        var hit = Assert.Single((await service.SendAsync(HttpMethod.Post, "memories/search", space, search.ToJsonString()))["memories"]!.AsArray())!;
        return ((double)hit["relevance"]!, (double?)hit["explain"]!["relevance_cosine"]);
    }

    private async Task<(ExitCode Code, string Output, string Errors)> CalibrateAsync(string space, string? pairs = null, bool isDry = false)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var settings = new SettingsReader(variable => variable == "SOMA_API_TOKEN" ? SomaHost.Token : null);
        var code = await CalibrateCommand.RunAsync(
            settings, new CalibrateRequest(service.Host.Address, new NamespaceKey("default", space), pairs, isDry), output, errors, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>A service whose sentence model is given as a folder, so that its space is not the table's.</summary>
    public sealed class OwnEmbedder : IAsyncLifetime
    {
        public const string Filled = "filled";

        public SomaHost Host { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Host = await SomaHost.StartAsync(("SOMA_EMBEDDINGS", Path.Combine(AppContext.BaseDirectory, "models", "all-minilm-l6-v2")));
            await StoreAsync(Filled, Texts());
        }

        public async Task DisposeAsync() => await Host.DisposeAsync();

        /// <summary>Stores the texts under the ids 0, 1, … and waits until the model has embedded them.</summary>
        public async Task StoreAsync(string space, string[] texts)
        {
            var items = new JsonArray([.. texts.Select((text, i) => new JsonObject { ["id"] = $"{i}", ["payload"] = new JsonObject { ["text"] = text } })]);
            await SendAsync(HttpMethod.Post, "memories/batch", space, new JsonObject { ["items"] = items }.ToJsonString());
            // The sentence model needs a core for itself, which a busy machine does not give.
            await Eventually.TrueAsync(
                async () => (int)(await SendAsync(HttpMethod.Post, "memories/search", space, """{"query":"anything"}"""))["refining"]! == 0,
                TimeSpan.FromMinutes(10));
        }

        public async Task<JsonNode> SendAsync(HttpMethod method, string path, string space, string? body = null)
        {
            using var client = Host.NewClient(space);
            using var request = new HttpRequestMessage(method, path);
            request.Content = body is null ? null : new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
            using var response = await client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, text);
            return JsonNode.Parse(text)!;
        }
    }
}
