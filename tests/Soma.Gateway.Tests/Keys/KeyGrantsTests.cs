using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Keys;

/// <summary>What an admin key can make, see and reach: nothing beyond itself.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class KeyGrantsTests(SharedSoma soma)
{
    private readonly string _tenant = SomaHost.NewNamespace("granting");
    private readonly HttpClient _root = soma.Host.NewClient();

    [Theory]
    [InlineData("""{"name":"x","namespaces":["*"],"scopes":["read"]}""", "This key may not use the namespace '*' and cannot give it to another one")]
    [InlineData("""{"name":"x","namespaces":["team-*"],"scopes":["read"],"tenant":"other"}""", "This key may not use the tenant 'other'")]
    [InlineData("""{"name":"x","namespaces":["team-1","tea*"],"scopes":["read"]}""", "This key may not use the namespace 'tea*' and cannot give it to another one")]
    [InlineData("""{"name":"x","namespaces":["team-1"],"scopes":["read","delete"]}""", "This key lacks the scope 'delete' and cannot give it to another one")]
    [InlineData("""{"name":"x","namespaces":["team-1"],"scopes":["read"],"expires_at":"2100-01-02T00:00:00Z"}""", "expires_at of the key goes beyond that of this key")]
    [InlineData("""{"name":"x","namespaces":["team-1"],"scopes":["read"],"limits":{"requests_per_minute":101}}""", "limits.requests_per_minute of the key goes beyond that of this key")]
    [InlineData("""{"name":"x","namespaces":["team-1"],"scopes":["read"],"limits":{"memories":1001}}""", "limits.memories of the key goes beyond that of this key")]
    public async Task An_admin_key_cannot_make_a_key_that_allows_more_than_it_does_itself(string body, string detail)
    {
        using var admin = await MakeAdminAsync();
        var answer = await admin.PostAnswerAsync("keys", body);
        Assert.Equal((403, detail), (answer.Status, answer["detail"].GetString()));
    }

    [Fact]
    public async Task A_key_that_an_admin_key_makes_has_its_tenant_its_expiry_and_its_limits()
    {
        using var admin = await MakeAdminAsync();
        var made = (await admin.PostAnswerAsync("keys", """{"name":"x","namespaces":["team-1","team-2*"],"scopes":["write"],"limits":{"memories":10}}""")).Ok();
        Assert.Equal(_tenant, made["tenant"].GetString());
        Assert.Equal("2100-01-01T00:00:00.000000+00:00", made["expires_at"].GetString());
        Assert.Equal("""{"requests_per_minute":100,"memories":10,"bytes":null}""", made["limits"].GetRawText());
        Assert.StartsWith("admin (", made["created_by"].GetString());
    }

    [Fact]
    public async Task A_key_beyond_an_admin_key_does_not_exist_for_it()
    {
        using var admin = await MakeAdminAsync();
        var within = await MakeAsync($$$"""{"name":"within","tenant":"{{{_tenant}}}","namespaces":["team-1"],"scopes":["read"],"expires_at":"2099-01-01T00:00:00Z","limits":{"requests_per_minute":5,"memories":5}}""");
        var wider = await MakeAsync($$"""{"name":"wider","tenant":"{{_tenant}}","namespaces":["team-1","b"],"scopes":["read"]}""");
        var stronger = await MakeAsync($$"""{"name":"stronger","tenant":"{{_tenant}}","namespaces":["team-1"],"scopes":["delete"]}""");
        var foreign = await MakeAsync("""{"name":"foreign","tenant":"somebody-else","namespaces":["team-1"],"scopes":["read"]}""");
        var lasting = await MakeAsync($$"""{"name":"lasting","tenant":"{{_tenant}}","namespaces":["team-1"],"scopes":["read"]}""");

        var listed = (await admin.GetAnswerAsync("keys")).Ok()["keys"].EnumerateArray().Select(key => key.GetProperty("name").GetString()).ToHashSet();
        Assert.Equal(["admin", "lasting", "within"], listed.Order(StringComparer.Ordinal));
        foreach (var id in (string[])[wider, stronger, foreign, "nothere", "NOT-AN-ID"])
        {
            var rotate = await admin.PostAnswerAsync($"keys/{id}/rotate", """{"overlap_seconds":0}""");
            var revoke = await admin.DeleteAnswerAsync($"keys/{id}");
            Assert.Equal((404, 404), (rotate.Status, revoke.Status));
        }

        // Its new token would be in the hands of a key that expires earlier.
        Assert.Equal(403, (await admin.PostAnswerAsync($"keys/{lasting}/rotate", """{"overlap_seconds":0}""")).Status);
        (await admin.PostAnswerAsync($"keys/{within}/rotate", """{"overlap_seconds":0}""")).Ok();
        (await admin.DeleteAnswerAsync($"keys/{lasting}")).Ok();
        Assert.Equal(200, (await _root.DeleteAnswerAsync($"keys/{foreign}")).Status);
    }

    [Fact]
    public async Task A_namespace_beyond_the_key_is_answered_as_one_that_does_not_exist()
    {
        foreach (var name in (string[])["team-1", "team-2", "secret", "tea"])
        {
            (await _root.CallAsync(HttpMethod.Post, "memories", """{"id":"a","payload":{"canary":1}}""", ("X-Soma-Namespace", name), ("X-Soma-Tenant", _tenant))).Ok();
        }

        using var admin = await MakeAdminAsync();
        foreach (var name in (string[])["secret", "missing"])
        {
            Answer[] answers =
            [
                await admin.GetAnswerAsync($"namespaces/{name}"),
                await admin.CallAsync(HttpMethod.Put, $"namespaces/{name}", "{}"),
                await admin.DeleteAnswerAsync($"namespaces/{name}?confirm={name}"),
                await admin.GetAnswerAsync($"namespaces/{name}/export"),
                await admin.PostAnswerAsync($"namespaces/{name}/import", "{}"),
                await admin.PostAnswerAsync($"namespaces/{name}/reindex", ""),
                await admin.PostAnswerAsync($"namespaces/{name}/fork", """{"to":"team-9"}"""),
                await admin.PostAnswerAsync($"namespaces/{name}/rewind", """{"as_of":1}"""),
                await admin.GetAnswerAsync($"namespaces/{name}/diff?from=1"),
                await admin.GetAnswerAsync($"namespaces/team-1/diff?other={name}"),
            ];
            Assert.All(answers, answer => Assert.Equal((404, "Namespace not found"), (answer.Status, answer["detail"].GetString())));
        }

        var fork = await admin.PostAnswerAsync("namespaces/team-1/fork", """{"to":"secret"}""");
        Assert.Equal((403, $"This key may not use the namespace 'secret' of the tenant '{_tenant}'"), (fork.Status, fork["detail"].GetString()));
        Assert.Equal(1, (await _root.CallAsync(HttpMethod.Get, "memories", null, ("X-Soma-Namespace", "secret"), ("X-Soma-Tenant", _tenant))).Ok()["memories"].GetArrayLength());
    }

    [Fact]
    public async Task Namespaces_are_listed_page_by_page_as_if_the_others_did_not_exist()
    {
        foreach (var name in (string[])["a", "team-1", "team-2", "team-3", "team", "z"])
        {
            (await _root.CallAsync(HttpMethod.Post, "memories", """{"id":"a","payload":{}}""", ("X-Soma-Namespace", name), ("X-Soma-Tenant", _tenant))).Ok();
        }

        using var admin = soma.Host.NewClient(token: await TokenAsync($$"""{"name":"lister","tenant":"{{_tenant}}","namespaces":["z","team-*","team-2","absent","a"],"scopes":["admin"]}"""));
        Assert.Equal(["a", "team-1", "team-2", "team-3", "z"], await ListAsync(admin, ""));
        Assert.Equal(["team-1", "team-2", "team-3"], await ListAsync(admin, "&prefix=te"));
        Assert.Equal(["team-2"], await ListAsync(admin, "&prefix=team-2"));
        Assert.Empty(await ListAsync(admin, "&prefix=b"));
        var stats = (await admin.GetAnswerAsync("stats")).Ok();
        Assert.Equal(["a", "team-1", "team-2", "team-3", "z"], stats["namespaces"].EnumerateObject().Select(one => one.Name[(_tenant.Length + 1)..]).Order(StringComparer.Ordinal));
    }

    private static async Task<List<string>> ListAsync(HttpClient client, string query)
    {
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await client.GetAnswerAsync($"namespaces?limit=2{query}{(cursor is null ? "" : $"&cursor={cursor}")}")).Ok();
            names.AddRange(page["namespaces"].EnumerateArray().Select(one => one.GetProperty("name").GetString()!));
            cursor = page["next_cursor"].GetString();
        }
        while (cursor is not null);

        return names;
    }

    private async Task<HttpClient> MakeAdminAsync() => soma.Host.NewClient(token: await TokenAsync(
        $$$"""{"name":"admin","tenant":"{{{_tenant}}}","namespaces":["team-*"],"scopes":["read","write","admin"],"expires_at":"2100-01-01T00:00:00Z","limits":{"requests_per_minute":100,"memories":1000}}"""));

    private async Task<string> TokenAsync(string body) => (await _root.PostAnswerAsync("keys", body)).Ok()["key"].GetString()!;

    private async Task<string> MakeAsync(string body) => (await _root.PostAnswerAsync("keys", body)).Ok()["id"].GetString()!;
}
