using System.Globalization;
using System.Text.Json;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>SomaAgent01's <c>services/common/adapters/sfm_adapter.py</c>: it embeds by itself and names its tenant twice.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class SomaAgentSfmAdapterTests : IDisposable
{
    private const int Dimension = 256;

    private readonly SharedSoma _soma;
    private readonly HttpClient _http;
    private readonly string _tenant = SomaHost.NewNamespace("sfm");

    public SomaAgentSfmAdapterTests(SharedSoma soma)
    {
        _soma = soma;
        _http = soma.Host.NewAnonymousClient();
        _http.DefaultRequestHeaders.Add("Accept", "application/json");
        _http.DefaultRequestHeaders.Add("Authorization", $"Bearer {SomaHost.Token}");
    }

    [Theory]
    [InlineData("episodic")]
    [InlineData("semantic")]
    [InlineData("belief")]
    public async Task A_memory_of_turn_n_is_found_on_turn_n_plus_1(string kind)
    {
        await RememberAsync("0.25,-0.5,1e-05", "the tea is green", kind, seed: 1);
        await RememberAsync("0.5,0.5,0.5", "the sky is grey", kind, seed: 2);

        var hit = (await RecallAsync("the tea is green", k: 1, seed: 1)).Single();

        Assert.Equal("the tea is green", hit.GetProperty("payload").GetProperty("text").GetString());
        // Without a `coord` in the payload it joins the list's numbers as Python prints them.
        Assert.Equal("0.25,-0.5,1e-05", string.Join(',', hit.GetProperty("coordinate").EnumerateArray().Select(number => number.GetRawText())));
        Assert.True(hit.GetProperty("score").GetDouble() > 0);
        Assert.Equal("2026-09-01T08:00:00.000001+00:00", hit.GetProperty("payload").GetProperty("created_at").GetString());
    }

    [Fact]
    public async Task A_vector_of_another_dimension_is_refused_with_both_numbers()
    {
        await RememberAsync("1.0,1.0,1.0", "the first fixes the dimension", "episodic", seed: 3);

        var answer = await _http.PostAnswerAsync(
            "/memories", Body("2.0,2.0,2.0", "a stray", "episodic", "[0.5,0.5,0.5]"), ("X-Soma-Tenant", _tenant));

        Assert.Equal(400, answer.Status);
        var detail = answer["detail"].GetString();
        Assert.Contains("dimension", detail, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("256", detail, StringComparison.Ordinal);
        Assert.Contains("3", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forgetting_says_whether_there_was_something_to_forget()
    {
        await RememberAsync("3.0,3.0,3.0", "to be forgotten", "episodic", seed: 4);

        Assert.True(await ForgetAsync("3.0,3.0,3.0"));

        Assert.False(await ForgetAsync("3.0,3.0,3.0"));
        Assert.Empty(await RecallAsync("to be forgotten", k: 5, seed: 4));
    }

    [Fact]
    public async Task One_tenant_never_recalls_what_another_remembered()
    {
        await RememberAsync("4.0,4.0,4.0", "a secret of this tenant", "episodic", seed: 5);

        Assert.Empty(await RecallAsync("a secret of this tenant", k: 5, seed: 5, _tenant + "-rival"));
    }

    [Fact]
    public async Task A_tenant_named_in_the_body_alone_is_the_same_tenant()
    {
        (await _http.PostAnswerAsync("/memories", Body("5.0,5.0,5.0", "said once", "episodic", Vector(6)))).Ok();

        var answer = await _http.CallAsync(HttpMethod.Get, "/memories/5.0,5.0,5.0", null, ("X-Soma-Tenant", _tenant));

        Assert.Equal("said once", answer.Ok()["memory", "payload", "text"].GetString());
        using var untold = _soma.Host.NewClient();
        Assert.Equal(404, (await untold.GetAnswerAsync("/memories/5.0,5.0,5.0")).Status);
    }

    public void Dispose() => _http.Dispose();

    private string Body(string coordinate, string text, string kind, string embedding) => $$$"""
        {"coord": "{{{coordinate}}}", "payload": {"text": "{{{text}}}", "kind": "{{{kind}}}", "source": "chat", "salience": 0.7,
         "created_at": "2026-09-01T08:00:00.000001+00:00", "session_id": "s-9"}, "memory_type": "{{{kind}}}", "embedding": {{{embedding}}}, "tenant_id": "{{{_tenant}}}"}
        """;

    private async Task RememberAsync(string coordinate, string text, string kind, int seed)
    {
        var answer = await _http.PostAnswerAsync("/memories", Body(coordinate, text, kind, Vector(seed)), ("X-Soma-Tenant", _tenant));
        Assert.Equal("precomputed", answer.Ok()["embedding_source"].GetString());
    }

    private async Task<List<JsonElement>> RecallAsync(string query, int k, int seed, string? tenant = null)
    {
        var answer = await _http.PostAnswerAsync(
            "/memories/search",
            $$"""{"query": "{{query}}", "top_k": {{k}}, "offset": 0, "tenant_id": "{{tenant ?? _tenant}}", "embedding": {{Vector(seed)}}}""",
            ("X-Soma-Tenant", tenant ?? _tenant));
        return [.. answer.Ok()["memories"].EnumerateArray()];
    }

    private async Task<bool> ForgetAsync(string coordinate)
    {
        var answer = await _http.CallAsync(HttpMethod.Delete, $"/memories/{coordinate}", null, ("X-Soma-Tenant", _tenant));
        return answer.Ok()["deleted"].GetBoolean();
    }

    private static string Vector(int seed)
    {
        var random = new Random(seed);
        return "[" + string.Join(", ", Enumerable.Range(0, Dimension).Select(_ => (random.NextDouble() - 0.5).ToString("R", CultureInfo.InvariantCulture))) + "]";
    }
}
