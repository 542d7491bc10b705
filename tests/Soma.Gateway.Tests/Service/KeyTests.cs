using System.Text.Json;

namespace Soma.Gateway.Tests.Service;

/// <summary>How memories are named, through the whole product.</summary>
public sealed class KeyTests(SomaUnderTest soma) : IClassFixture<SomaUnderTest>
{
    private readonly string _namespace = $"keys-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("GET", "/memories/1189274518273654785", null)]
    [InlineData("DELETE", "/memories/1189274518273654785", null)]
    [InlineData("PATCH", "/memories/1189274518273654785", """{"importance":1}""")]
    [InlineData("POST", "/memories", """{"coord":"1189274518273654785","payload":{}}""")]
    [InlineData("POST", "/memories/batch", """{"items":[{"coord":"1189274518273654785","payload":{}}]}""")]
    [InlineData("POST", "/memories/delete", """{"coords":["1189274518273654785"]}""")]
    [InlineData("POST", "/graph/link", """{"from_coord":"1","to_coord":"1189274518273654785"}""")]
    [InlineData("DELETE", "/graph/link?from_coord=1189274518273654785&to_coord=1", null)]
    [InlineData("GET", "/graph/neighbors?coord=1189274518273654785", null)]
    [InlineData("GET", "/graph/path?from_coord=1&to_coord=1189274518273654785", null)]
    public async Task A_long_whole_number_is_refused_wherever_a_key_is_read(string method, string path, string? body)
    {
        var response = await SendAsync(method, path, body);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(
            "Invalid coord: 1189274518273654785 is not exact; use an id", (await response.JsonAsync()).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Two_long_whole_numbers_no_longer_become_one_memory()
    {
        await SendAsync("POST", "/memories", """{"coord":"1189274518273654784","payload":{"text":"first"}}""");
        await SendAsync("POST", "/memories", """{"coord":"1189274518273654785","payload":{"text":"second"}}""");
        Assert.Empty(await ListAsync());

        await SendAsync("POST", "/memories", """{"id":"1189274518273654784","payload":{"text":"first"}}""");
        await SendAsync("POST", "/memories", """{"id":"1189274518273654785","payload":{"text":"second"}}""");
        Assert.Equal(["@1189274518273654784", "@1189274518273654785"], await ListAsync());
    }

    [Fact]
    public async Task A_key_that_an_earlier_version_made_of_a_long_number_is_read_and_deleted_by_its_canonical_text()
    {
        // What versions before made of 1189274518273654785: its shortest digits are exact.
        const string Canonical = "1.1892745182736548e+18";
        await SendAsync("POST", "/memories", $$$"""{"coord":"{{{Canonical}}}","payload":{"text":"kept"}}""");
        Assert.Equal([Canonical], await ListAsync());
        Assert.Equal(200, (int)(await SendAsync("GET", $"/memories/{Canonical}")).StatusCode);
        Assert.True((await (await SendAsync("DELETE", $"/memories/{Canonical}")).JsonAsync()).GetProperty("deleted").GetBoolean());
    }

    [Theory]
    [InlineData("user-42/msg-7")]
    [InlineData("50%2Fhalf")]
    [InlineData("50%2fhalf/whole")]
    [InlineData("100%")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("plus+plus")]
    [InlineData("q?x=1&y=2#z")]
    [InlineData("@mention")]
    [InlineData(" a b ")]
    [InlineData("1,2")]
    [InlineData("back\\slash \"quoted\"")]
    [InlineData("über/日本語/🦔")]
    public async Task An_id_comes_back_as_it_was_sent(string id)
    {
        var body = JsonSerializer.Serialize(new { id, payload = new { text = "a named note" } });
        Assert.Equal("@" + id, (await (await SendAsync("POST", "/memories", body)).JsonAsync()).GetProperty("coord").GetString());

        foreach (var prefix in new[] { "", "/api/v1" })
        {
            var memory = (await (await SendAsync("GET", $"{prefix}/memories/{Uri.EscapeDataString("@" + id)}")).JsonAsync()).GetProperty("memory");
            AssertIs(id, memory);
        }

        AssertIs(id, (await (await SendAsync("GET", "/memories")).JsonAsync()).GetProperty("memories")[0]);
        var filter = JsonSerializer.Serialize(new { query = "note", filters = new { id } });
        AssertIs(id, (await (await SendAsync("POST", "/memories/search", filter)).JsonAsync()).GetProperty("memories")[0]);
        var link = JsonSerializer.Serialize(new { from_coord = "1", to_coord = "@" + id });
        Assert.Equal(200, (int)(await SendAsync("POST", "/graph/link", link)).StatusCode);
        AssertIs(id, (await (await SendAsync("GET", "/graph/neighbors?coord=1")).JsonAsync()).GetProperty("neighbors")[0]);
        var patched = await SendAsync("PATCH", $"/memories/{Uri.EscapeDataString("@" + id)}", """{"importance":2}""");
        Assert.Equal(2, (await patched.JsonAsync()).GetProperty("version").GetInt64());
        var deleted = await SendAsync("DELETE", $"/memories/{Uri.EscapeDataString("@" + id)}");
        Assert.True((await deleted.JsonAsync()).GetProperty("deleted").GetBoolean());
    }

    [Theory]
    [InlineData("/memories/@bad%ff")]
    [InlineData("/memories/@a%2Fbad%ff")]
    [InlineData("/memories/@a%0Ab")]
    [InlineData("/memories/@")]
    public async Task A_path_that_is_no_key_is_refused(string path)
    {
        var response = await SendAsync("GET", path);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.StartsWith("Invalid coord: ", (await response.JsonAsync()).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("\"id\":\"a\",\"coord\":\"1\"")]
    [InlineData("\"id\":\"\"")]
    [InlineData("\"id\":\"a\\nb\"")]
    [InlineData("\"id\":\"a\\u0000\"")]
    [InlineData("\"id\":42")]
    [InlineData("\"id\":[\"a\"]")]
    public async Task An_id_that_cannot_be_one_is_422_and_stores_nothing(string member)
    {
        var single = await SendAsync("POST", "/memories", $"{{{member},\"payload\":{{}}}}");
        var batch = await SendAsync("POST", "/memories/batch", $"{{\"items\":[{{\"payload\":{{}}}},{{{member},\"payload\":{{}}}}]}}");

        Assert.Equal((422, 422), ((int)single.StatusCode, (int)batch.StatusCode));
        Assert.Equal("""["body","id"]""", (await single.JsonAsync()).GetProperty("errors")[0].GetProperty("loc").GetRawText());
        Assert.Equal("""["body","items",1,"id"]""", (await batch.JsonAsync()).GetProperty("errors")[0].GetProperty("loc").GetRawText());
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Pages_of_ids_and_coordinates_that_tie_hold_each_once()
    {
        var items = string.Join(',', Enumerable.Range(0, 20).Select(i => $$$"""{"{{{(i % 2 == 0 ? "id" : "coord")}}}":"{{{i}}}","payload":{}}"""));
        await SendAsync("POST", "/memories/batch", $$"""{"items":[{{items}}]}""");

        var (seen, cursor) = (new List<string>(), "");
        do
        {
            var page = await (await SendAsync("GET", $"/memories?limit=3&order=importance{(cursor.Length > 0 ? "&cursor=" + cursor : "")}")).JsonAsync();
            seen.AddRange(page.GetProperty("memories").EnumerateArray().Select(memory => memory.GetProperty("coord").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString() ?? "";
        }
        while (cursor.Length > 0);

        Assert.Equal(20, seen.Count);
        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task Memories_stored_without_a_key_list_in_the_order_of_storing()
    {
        var stored = await (await SendAsync("POST", "/memories/batch", """{"items":[{"payload":{}},{"payload":{}},{"payload":{}}]}""")).JsonAsync();
        var made = stored.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("coord").GetString()!).ToList();

        Assert.Equal(made.Order(StringComparer.Ordinal), made);
        Assert.All(made, key => Assert.Equal(7, Guid.ParseExact(key[1..], "D").Version));
        Assert.Equal(made, await ListAsync());
    }

    [Fact]
    public async Task A_flat_memory_shows_its_own_id_and_not_the_payloads()
    {
        await SendAsync("POST", "/memories", """{"id":"named","payload":{"id":"inner"}}""");
        await SendAsync("POST", "/memories", """{"coord":"1","payload":{"id":"inner"}}""");
        var named = (await (await SendAsync("GET", "/memories/@named?flat=true")).JsonAsync()).GetProperty("memory");
        var numbered = (await (await SendAsync("GET", "/memories/1?flat=true")).JsonAsync()).GetProperty("memory");

        Assert.Equal("named", Assert.Single(named.EnumerateObject(), member => member.Name == "id").Value.GetString());
        Assert.Equal("inner", numbered.GetProperty("id").GetString());
    }

    private static void AssertIs(string id, JsonElement memory)
    {
        Assert.Equal(("@" + id, "[]", id), (
            memory.GetProperty("coord").GetString(), memory.GetProperty("coordinate").GetRawText(), memory.GetProperty("id").GetString()));
    }

    private async Task<List<string>> ListAsync() => [.. (await (await SendAsync("GET", "/memories")).JsonAsync())
        .GetProperty("memories").EnumerateArray().Select(memory => memory.GetProperty("coord").GetString()!)];

    private Task<HttpResponseMessage> SendAsync(string method, string path, string? body = null)
    {
        var request = soma.Request(method, path, body).With("X-Soma-Namespace", _namespace);
        // HttpClient must not tidy the path up: the test is about what the service makes of it.
        request.RequestUri = new Uri(soma.Client.BaseAddress! + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        return soma.SendAsync(request);
    }
}
