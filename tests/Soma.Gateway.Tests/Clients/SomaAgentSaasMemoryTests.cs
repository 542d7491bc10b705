using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>SomaAgent01's <c>saas/memory.py</c>, which says <c>vector</c> for embedding and <c>limit</c> for top_k.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class SomaAgentSaasMemoryTests(SharedSoma soma) : IDisposable
{
    private readonly HttpClient _http = soma.Host.NewClient(SomaHost.NewNamespace("saas"));

    [Fact]
    public async Task A_vector_under_its_alias_is_kept_as_the_brought_one()
    {
        var stored = await StoreAsync("1.0,2.0,3.0", "north", "[1.0, 0.0, 0.0]");

        Assert.Equal("precomputed", stored["embedding_source"].GetString());
        var found = await _http.PostAnswerAsync("/memories/search", """{"query": "", "vector": [1.0, 0.0, 0.0], "limit": 1}""");
        Assert.Equal("1.0,2.0,3.0", Assert.Single(found.Ok()["memories"].EnumerateArray()).GetProperty("coord").GetString());
    }

    [Fact]
    public async Task A_limit_bounds_a_search_and_the_universe_beside_it_disturbs_nothing()
    {
        for (var index = 0; index < 4; index++)
        {
            await StoreAsync($"{index}.0,0.0,0.0", $"weather note {index}", $"[0.{index}, 1.0, 0.0]");
        }

        var found = await _http.PostAnswerAsync("/memories/search", """{"query": "weather", "limit": 3, "universe": "real"}""");

        Assert.Equal(3, found.Ok()["memories"].GetArrayLength());
    }

    [Fact]
    public async Task A_memory_is_there_until_it_is_deleted_and_then_none()
    {
        await StoreAsync("4.0,5.0,6.0", "short-lived", "[0.0, 0.0, 1.0]");
        Assert.Equal("short-lived", (await _http.GetAnswerAsync("/memories/4.0,5.0,6.0")).Ok()["memory", "payload", "content"].GetString());

        Assert.Equal(200, (await _http.DeleteAnswerAsync("/memories/4.0,5.0,6.0")).Status);

        Assert.Equal(404, (await _http.GetAnswerAsync("/memories/4.0,5.0,6.0")).Status);
    }

    [Fact]
    public async Task Health_is_200() => Assert.Equal(200, (await _http.GetAnswerAsync("/health")).Status);

    public void Dispose() => _http.Dispose();

    private async Task<Answer> StoreAsync(string coordinate, string content, string vector) => (await _http.PostAnswerAsync(
        "/memories", $$"""{"coord": "{{coordinate}}", "payload": {"content": "{{content}}"}, "vector": {{vector}}}""")).Ok();
}
