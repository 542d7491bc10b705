using System.Text.Json.Nodes;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>SomaBrain, the main user: what its client sends and reads for every action it has.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class SomaBrainTests(SharedSoma soma) : IDisposable
{
    private static readonly double[] Here = [-0.8172635491, 1.25e-05, 0.3364918275];
    private static readonly double[] There = [0.5, -0.25, 0.125];

    private readonly SomaBrainClient _brain = new(soma.Host, "somabrain:" + SomaHost.NewNamespace("acme"));

    [Fact]
    public async Task A_remembered_memory_keeps_its_coordinate_digit_for_digit()
    {
        var answered = await _brain.RememberAsync(Here, Payload("The lighthouse keeper likes chess", Here));

        Assert.Equal(Here, answered);
    }

    [Fact]
    public async Task A_memory_is_recalled_by_its_words_with_payload_score_and_coordinate()
    {
        await _brain.RememberAsync(There, Payload("Bread is baked on Tuesdays", There));
        await _brain.RememberAsync(Here, Payload("The lighthouse keeper likes chess", Here));

        var hit = (await _brain.RecallAsync("who likes chess?", topK: 10))[0];

        Assert.Equal("The lighthouse keeper likes chess", hit.Payload.GetProperty("content").GetString());
        Assert.Equal(Here, hit.Coordinate);
        Assert.True(hit.Score > 0);
    }

    [Fact]
    public async Task The_many_candidates_of_the_newer_client_are_all_allowed()
    {
        await _brain.RememberAsync(Here, Payload("The lighthouse keeper likes chess", Here));

        Assert.Single(await _brain.RecallAsync("chess", topK: 500));
    }

    [Fact]
    public async Task A_recall_filtered_by_universe_and_tenant_finds_only_what_carries_both()
    {
        await _brain.RememberAsync(Here, Payload("chess in the real universe", Here));
        var counterfactual = Payload("chess in another universe", There);
        counterfactual["universe"] = "cf:1";
        await _brain.RememberAsync(There, counterfactual);

        var answer = await _brain.PostAsync("/memories/search", new JsonObject
        {
            ["query"] = "chess",
            ["top_k"] = 50,
            ["filters"] = new JsonObject { ["universe"] = SomaBrainClient.Universe, ["tenant"] = _brain.Tenant },
        });

        var hit = Assert.Single(SomaBrainHit.ReadAll(answer.Ok().Json));
        Assert.Equal(Here, hit.Coordinate);
    }

    [Fact]
    public async Task Keyword_hints_of_the_hybrid_recall_boost_and_filter_nothing_away()
    {
        await _brain.RememberAsync(Here, Payload("The report lies in the blue folder", Here));
        await _brain.RememberAsync(There, Payload("The report lies in the crimson folder", There));

        foreach (var (hint, expected) in new[] { ("crimson", There), ("blue", Here) })
        {
            var hits = await _brain.RecallAsync("where does the report lie?", topK: 50, new JsonObject
            {
                ["filters"] = new JsonObject { ["_keywords"] = new JsonArray(hint) },
                ["universe"] = SomaBrainClient.Universe,
                ["tenant"] = _brain.Tenant,
            });

            Assert.Equal(2, hits.Count);
            Assert.Equal(expected, hits[0].Coordinate);
        }
    }

    [Fact]
    public async Task A_bulk_of_single_stores_is_found_whole()
    {
        for (var index = 0; index < 20; index++)
        {
            double[] coordinate = [index / 20.0, 0.0, -1.0];
            Assert.Equal(coordinate, await _brain.RememberAsync(coordinate, Payload($"bulk item {index}", coordinate)));
        }

        Assert.Equal(20, (await _brain.RecallAsync("bulk item", topK: 50)).Count);
    }

    [Fact]
    public async Task A_fetch_by_coordinate_gives_the_payload_and_nothing_for_a_stranger()
    {
        await _brain.RememberAsync(Here, Payload("The lighthouse keeper likes chess", Here));

        var fetched = await _brain.FetchAsync(Here);
        Assert.Equal("The lighthouse keeper likes chess", fetched!.Value.GetProperty("content").GetString());
        Assert.Equal($"[{SomaBrainClient.Comma(Here)}]", fetched.Value.GetProperty("coordinate").GetRawText());
        Assert.Null(await _brain.FetchAsync(There));
    }

    [Fact]
    public async Task Another_tenant_neither_fetches_nor_recalls_it()
    {
        await _brain.RememberAsync(Here, Payload("The lighthouse keeper likes chess", Here));
        using var other = new SomaBrainClient(soma.Host, "somabrain:" + SomaHost.NewNamespace("rival"));

        Assert.Null(await other.FetchAsync(Here));
        Assert.Empty(await other.RecallAsync("chess", topK: 50));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Health_shows_the_three_flags_with_and_without_a_token(string path)
    {
        using var anonymous = soma.Host.NewAnonymousClient();
        foreach (var answer in new[] { await _brain.GetAsync(path), await anonymous.GetAnswerAsync(path) })
        {
            Assert.True(answer.Ok()["kv_store"].GetBoolean());
            Assert.True(answer["vector_store"].GetBoolean());
            Assert.True(answer["graph_store"].GetBoolean());
            // It would read the names in such a list instead of the flags.
            Assert.False(answer.Json.TryGetProperty("services", out _));
        }
    }

    [Fact]
    public async Task A_neighbour_carries_a_comma_string_a_type_a_strength_and_its_metadata()
    {
        Assert.True(await _brain.LinkAsync(Here, There, "co_recalled", 0.75, new JsonObject { ["session"] = "s-1" }));
        // Its outbox sends a link again whose answer came too late.
        Assert.True(await _brain.LinkAsync(Here, There, "co_recalled", 0.75, new JsonObject { ["session"] = "s-1" }));

        var neighbor = Assert.Single(await _brain.NeighborsAsync(Here, kHop: 1, limit: 10));
        Assert.Equal(There, neighbor.Coordinate);
        Assert.Equal(("co_recalled", 0.75), (neighbor.LinkType, neighbor.Strength));

        var raw = await _brain.GetAsync($"/graph/neighbors?coord={SomaBrainClient.Comma(Here)}&k_hop=1&limit=10");
        Assert.Equal("s-1", raw["neighbors"][0].GetProperty("metadata").GetProperty("session").GetString());
    }

    [Fact]
    public async Task A_token_that_is_missing_or_wrong_is_an_authentication_failure()
    {
        using var stranger = soma.Host.NewAnonymousClient();
        var missing = await stranger.PostAnswerAsync("/memories/search", """{"query": "probe", "top_k": 1}""");
        var wrong = await stranger.PostAnswerAsync("/memories/search", """{"query": "probe", "top_k": 1}""", ("Authorization", "Bearer wrong"));

        Assert.Equal((401, 403), (missing.Status, wrong.Status));
    }

    public void Dispose() => _brain.Dispose();

    private JsonObject Payload(string text, double[] coordinate) => new()
    {
        ["text"] = text,
        ["content"] = text,
        ["id"] = $"memory-{SomaBrainClient.Comma(coordinate)}",
        ["timestamp"] = 1760966400.123456,
        ["universe"] = SomaBrainClient.Universe,
        ["namespace"] = $"somabrain:{_brain.Tenant}",
        ["tenant"] = _brain.Tenant,
        ["coordinate"] = JsonNode.Parse($"[{SomaBrainClient.Comma(coordinate)}]"),
        ["memory_type"] = "episodic",
        ["task"] = text,
        ["importance"] = 1,
        ["quality_score"] = 0.9,
        ["domains"] = new JsonArray("general"),
    };
}
