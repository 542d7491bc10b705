using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Keys;

/// <summary>Access keys through HTTP, on the whole product.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class KeyRoutesTests(SharedSoma soma)
{
    private readonly HttpClient _root = soma.Host.NewClient();

    [Fact]
    public async Task A_key_does_what_its_scopes_allow_in_its_namespaces_and_nothing_else()
    {
        var space = SomaHost.NewNamespace("scoped");
        var key = await MakeAsync(new { name = "agent", namespaces = new[] { space }, scopes = new[] { "read", "write" } });
        using var agent = soma.Host.NewClient(token: key);

        // The only namespace of the key need not be named.
        (await agent.PostAnswerAsync("memories", """{"id":"a","payload":{"text":"kettle"}}""")).Ok();
        Assert.Equal("kettle", (await agent.GetAnswerAsync("memories/@a")).Ok()["memory", "payload", "text"].GetString());
        Assert.Equal((403, "This key lacks the scope 'delete'"), Refusal(await agent.DeleteAnswerAsync("memories/@a")));
        Assert.Equal((403, "This key lacks the scope 'admin'"), Refusal(await agent.GetAnswerAsync("keys")));
        Assert.Equal(
            (403, "This key may not use the namespace 'other' of the tenant 'default'"),
            Refusal(await agent.CallAsync(HttpMethod.Get, "memories/@a", null, ("X-Soma-Namespace", "other"))));
        Assert.Equal((403, "This key may not use the tenant 'acme'"), Refusal(await agent.CallAsync(HttpMethod.Get, "memories/@a", null, ("X-Soma-Tenant", "acme"))));
        using var root = soma.Host.NewClient(space);
        Assert.Equal(1, (await root.GetAnswerAsync("memories")).Ok()["memories"].GetArrayLength());
    }

    [Fact]
    public async Task The_token_is_shown_once_and_everything_else_in_the_list()
    {
        var made = (await _root.PostAnswerAsync("keys", """
            {"name":"listed","tenant":"shown","namespaces":["a","b-*"],"scopes":["write","read"],"expires_at":"2100-01-01T00:00:00Z","limits":{"requests_per_minute":7,"bytes":8}}
            """)).Ok();
        var id = made["id"].GetString()!;
        Assert.StartsWith($"soma_{id}_", made["key"].GetString());
        Assert.Equal("""["read","write"]""", made["scopes"].GetRawText());
        Assert.Equal("""{"requests_per_minute":7,"memories":null,"bytes":8}""", made["limits"].GetRawText());

        var list = (await _root.GetAnswerAsync("keys?tenant_id=shown")).Ok();
        var listed = Assert.Single(list["keys"].EnumerateArray());
        Assert.Equal((id, "listed", "shown", "root"), (Text(listed, "id"), Text(listed, "name"), Text(listed, "tenant"), Text(listed, "created_by")));
        Assert.Equal("2100-01-01T00:00:00.000000+00:00", Text(listed, "expires_at"));
        Assert.False(listed.TryGetProperty("key", out _));
        Assert.DoesNotContain(made["key"].GetString()!.Split('_', 3)[2], list.Text);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_by_the_gateway_that_revoked_it_within_its_five_seconds()
    {
        var key = await MakeAsync(new { name = "short", namespaces = new[] { "*" }, scopes = new[] { "read" } });
        using var agent = soma.Host.NewClient(token: key);
        (await agent.GetAnswerAsync("whoami")).Ok();

        Assert.True((await _root.DeleteAnswerAsync($"keys/{IdOf(key)}")).Ok()["revoked"].GetBoolean());

        await Testing.Eventually.TrueAsync(async () => (await agent.GetAnswerAsync("whoami")).Status == 403);
        Assert.Equal((403, "Invalid token"), Refusal(await agent.GetAnswerAsync("whoami")));
        Assert.Equal((404, "Key not found"), Refusal(await _root.DeleteAnswerAsync($"keys/{IdOf(key)}")));
        Assert.DoesNotContain(IdOf(key), (await _root.GetAnswerAsync("keys?limit=1000")).Ok().Text);
    }

    [Fact]
    public async Task After_a_rotation_both_tokens_work_until_the_overlap_is_over()
    {
        var old = await MakeAsync(new { name = "rotated", namespaces = new[] { "*" }, scopes = new[] { "read" } });
        var overlapped = (await _root.PostAnswerAsync($"keys/{IdOf(old)}/rotate", """{"overlap_seconds":600}""")).Ok();
        Assert.NotEqual(old, overlapped["key"].GetString());
        Assert.NotNull(overlapped["previous_works_until"].GetString());
        Assert.Equal(200, await StatusOfAsync(old));
        Assert.Equal(200, await StatusOfAsync(overlapped["key"].GetString()!));

        var last = (await _root.PostAnswerAsync($"keys/{IdOf(old)}/rotate", """{"overlap_seconds":0}""")).Ok()["key"].GetString()!;

        Assert.Equal(200, await StatusOfAsync(last));
        await Testing.Eventually.TrueAsync(async () => await StatusOfAsync(old) == 403 && await StatusOfAsync(overlapped["key"].GetString()!) == 403);
    }

    [Fact]
    public async Task A_wrong_secret_of_a_key_that_exists_is_answered_like_a_key_that_does_not()
    {
        var key = await MakeAsync(new { name = "guessed", namespaces = new[] { "*" }, scopes = new[] { "read" } });
        var wrong = key[..^2] + (key.EndsWith("AA", StringComparison.Ordinal) ? "BA" : "AA");
        var unknown = $"soma_0000000000_{key.Split('_', 3)[2]}";

        foreach (var token in (string[])[wrong, unknown, "soma_", "soma_x_y", key + "A", key.ToUpperInvariant()])
        {
            using var agent = soma.Host.NewClient(token: token);
            Assert.Equal((403, "Invalid token"), Refusal(await agent.GetAnswerAsync("whoami")));
        }
    }

    [Fact]
    public async Task Each_request_of_a_connection_is_its_own_tokens_whichever_the_one_before_had()
    {
        var first = await MakeAsync(new { name = "first", namespaces = new[] { "*" }, scopes = new[] { "read" } });
        var second = await MakeAsync(new { name = "second", namespaces = new[] { "*" }, scopes = new[] { "read" } });

        // Requests one after another go over one connection.
        using var agent = soma.Host.NewAnonymousClient();
        async Task<string> WhoAsync(params (string, string)[] headers)
        {
            var answer = await agent.CallAsync(HttpMethod.Get, "whoami", null, headers);
            return answer.Status == 200 ? answer["id"].GetString()! : $"{answer.Status}";
        }

        (string, string) Bearer(string token) => ("Authorization", $"Bearer {token}");
        Assert.Equal(IdOf(first), await WhoAsync(Bearer(first)));
        Assert.Equal(IdOf(first), await WhoAsync(Bearer(first)));
        Assert.Equal(IdOf(second), await WhoAsync(Bearer(second)));
        Assert.Equal("root", await WhoAsync(Bearer(SomaHost.Token)));
        Assert.Equal(IdOf(first), await WhoAsync(Bearer(first)));
        Assert.Equal("403", await WhoAsync(Bearer(first[..^4] + "AAAA")));
        Assert.Equal("401", await WhoAsync());
        Assert.Equal(IdOf(second), await WhoAsync(("X-API-Key", second)));
        Assert.Equal(IdOf(first), await WhoAsync(Bearer(first), ("X-API-Key", second)));
    }

    [Theory]
    [InlineData("""{"namespaces":["a"],"scopes":["read"]}""", "name")]
    [InlineData("""{"name":"x","scopes":["read"]}""", "namespaces")]
    [InlineData("""{"name":"x","namespaces":[],"scopes":["read"]}""", "namespaces")]
    [InlineData("""{"name":"x","namespaces":["a*b"],"scopes":["read"]}""", "namespaces")]
    [InlineData("""{"name":"x","namespaces":["a"],"scopes":["root"]}""", "scopes")]
    [InlineData("""{"name":"x","namespaces":["a"],"scopes":[]}""", "scopes")]
    [InlineData("""{"name":"x\ny","namespaces":["a"],"scopes":["read"]}""", "name")]
    [InlineData("""{"name":"x","namespaces":["a"],"scopes":["read"],"expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("""{"name":"x","namespaces":["a"],"scopes":["read"],"limits":{"memories":0}}""", "memories")]
    [InlineData("""{"name":"x","namespaces":["a"],"scopes":["read"],"secret":"mine"}""", "secret")]
    public async Task A_key_that_cannot_be_made_is_refused_by_the_name_of_the_field(string body, string field)
    {
        var answer = await _root.PostAnswerAsync("keys", body);
        Assert.Equal(422, answer.Status);
        Assert.Contains(answer["errors"].EnumerateArray(), error => error.GetProperty("loc").EnumerateArray().Any(part => part.ToString() == field));
    }

    [Fact]
    public async Task Everybody_who_is_known_can_ask_who_they_are()
    {
        var key = await MakeAsync(new { name = "me", tenant = "acme", namespaces = new[] { "notes" }, scopes = new[] { "delete" } });
        using var agent = soma.Host.NewClient(token: key);
        Assert.Equal(
            $$$"""{"kind":"key","id":"{{{IdOf(key)}}}","by":"me ({{{IdOf(key)}}})","tenant":"acme","namespaces":["notes"],"scopes":["delete"],"expires_at":null,"limits":{"requests_per_minute":null,"memories":null,"bytes":null}}""",
            (await agent.GetAnswerAsync("whoami")).Ok().Text);
        Assert.Equal("root", (await _root.GetAnswerAsync("whoami")).Ok()["kind"].GetString());
        using var nobody = soma.Host.NewAnonymousClient();
        Assert.Equal(401, (await nobody.GetAnswerAsync("whoami")).Status);
    }

    [Fact]
    public async Task A_list_of_many_keys_is_paged_without_a_gap()
    {
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(IdOf(await MakeAsync(new { name = $"p{i}", tenant = "paged", namespaces = new[] { "*" }, scopes = new[] { "read" } })));
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await _root.GetAnswerAsync($"keys?tenant_id=paged&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).Ok();
            seen.AddRange(page["keys"].EnumerateArray().Select(key => Text(key, "id")));
            cursor = page["next_cursor"].GetString();
        }
        while (cursor is not null);

        Assert.Equal(made.Order(StringComparer.Ordinal), seen);
        Assert.Equal(400, (await _root.GetAnswerAsync("keys?cursor=made-up")).Status);
    }

    private async Task<string> MakeAsync(object key) => (await _root.PostAnswerAsync("keys", key)).Ok()["key"].GetString()!;

    private async Task<int> StatusOfAsync(string token)
    {
        using var agent = soma.Host.NewClient(token: token);
        return (await agent.GetAnswerAsync("whoami")).Status;
    }

    private static string IdOf(string token) => token.Split('_')[1];

    private static string Text(System.Text.Json.JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static (int Status, string Detail) Refusal(Answer answer) => (answer.Status, answer["detail"].GetString()!);
}
