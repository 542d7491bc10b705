using System.Text.Json;
using Soma.Gateway.Tests.Hosting;
using Soma.Testing;

namespace Soma.Gateway.Tests.Namespaces;

/// <summary>The map of a namespace over HTTP.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class MapTests(SharedSoma soma)
{
    private readonly string _space = SomaHost.NewNamespace("mapped");

    [Fact]
    public async Task A_map_is_made_in_the_background_and_shows_every_memory_once()
    {
        using var client = soma.Host.NewClient(_space);
        var items = Enumerable.Range(0, 60).Select(i => $$"""{"id":"m{{i}}","payload":{"text":"{{(i % 2 == 0 ? "The kettle boils in the kitchen" : "The train leaves the harbour")}} {{i}}"} }""");
        (await client.PostAnswerAsync("memories/batch", $$"""{"items":[{{string.Join(',', items)}}]}""")).Ok();

        var answer = await client.GetAnswerAsync($"namespaces/{_space}/map");
        Assert.Contains(answer.Status, (int[])[200, 202]);
        Assert.Equal(answer.Status == 202, answer["map_seq"].ValueKind == JsonValueKind.Null);
        await Eventually.TrueAsync(async () => (answer = await client.GetAnswerAsync($"namespaces/{_space}/map")).Status == 200);

        Assert.Equal(("60", 60L, 60L), (answer.Header("X-Soma-Seq"), answer["head_seq"].GetInt64(), answer["map_seq"].GetInt64()));
        var map = answer["map"];
        Assert.Equal((60, 60, 0), (map.GetProperty("memories").GetInt32(), map.GetProperty("shown").GetInt32(), map.GetProperty("without_vector").GetInt32()));
        var keys = map.GetProperty("coords").EnumerateArray().Select(key => key.GetString()!).ToHashSet();
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"@m{i}").ToHashSet(), keys);
        Assert.All((string[])["x", "y", "cluster"], name => Assert.Equal(60, map.GetProperty(name).GetArrayLength()));

        var known = await client.GetAnswerAsync($"namespaces/{_space}/map?have_seq=60");
        Assert.Equal((200, JsonValueKind.Null), (known.Status, known["map"].ValueKind));
        Assert.Equal(422, (await client.GetAnswerAsync($"namespaces/{_space}/map?fresh=maybe")).Status);
    }

    [Fact]
    public async Task A_key_that_may_read_sees_the_maps_of_its_own_namespaces_and_no_others()
    {
        using var root = soma.Host.NewClient();
        var other = SomaHost.NewNamespace("unmapped");
        (await root.CallAsync(HttpMethod.Post, "memories", """{"id":"secret","payload":{"text":"a canary"}}""", ("X-Soma-Namespace", other))).Ok();
        using var reader = soma.Host.NewClient();
        reader.DefaultRequestHeaders.Authorization = new("Bearer", await MakeAsync("read"));
        using var writer = soma.Host.NewClient();
        writer.DefaultRequestHeaders.Authorization = new("Bearer", await MakeAsync("write"));

        Assert.Equal(200, (await reader.GetAnswerAsync($"namespaces/{_space}/map")).Status);
        var foreign = await reader.GetAnswerAsync($"namespaces/{other}/map");
        var missing = await reader.GetAnswerAsync($"namespaces/{SomaHost.NewNamespace("none")}/map");
        Assert.Equal((404, 404, missing["detail"].GetString()), (foreign.Status, missing.Status, foreign["detail"].GetString()));
        Assert.Equal(403, (await writer.GetAnswerAsync($"namespaces/{_space}/map")).Status);

        async Task<string> MakeAsync(string scope) =>
            (await root.PostAnswerAsync("keys", $$"""{"name":"mapper","namespaces":["{{_space}}"],"scopes":["{{scope}}"]}""")).Ok()["key"].GetString()!;
    }
}
