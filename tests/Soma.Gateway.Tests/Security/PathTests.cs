using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Security;

/// <summary>A path names exactly one key of the caller's namespace, or is refused: it reaches no other route, key or namespace.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class PathTests(SharedSoma shared)
{
    private readonly SomaHost _soma = shared.Host;

    [Theory]
    [InlineData("/memories/..")]
    [InlineData("/memories/.")]
    [InlineData("/memories/../keys")]
    [InlineData("/memories/%2e%2e/keys")]
    [InlineData("/memories/%2E%2e/keys")]
    [InlineData("/memories/.%2e/keys")]
    [InlineData("/memories/./@a")]
    [InlineData("/x/../memories/@a")]
    [InlineData("/api/v1/../../keys")]
    [InlineData("/memories/..%2f..%2fkeys")]
    [InlineData("/memories/..%5ckeys")]
    [InlineData("/memories/@a%00b")]
    [InlineData("/memories/@a%0d%0ab")]
    [InlineData("/memories/@a%1b")]
    [InlineData("/memories/@%c0%ae%c0%ae")]
    [InlineData("/memories/@%c0%af")]
    [InlineData("/memories/@%e0%80%af")]
    [InlineData("/memories/@%f0%80%80%af")]
    [InlineData("/memories/@%ff")]
    [InlineData("/memories/@%ed%a0%80")]
    [InlineData("/memories/@a%2")]
    [InlineData("/memories/@a%zz")]
    [InlineData("/memories/@\u00e9")]
    [InlineData("/memories/@")]
    [InlineData("/memories/@a%252fb/@a%2fb/..")]
    public async Task A_path_that_could_mean_two_things_is_400(string path) => Assert.Equal([400], RawHttp.Statuses(await GetAsync(path, "paths")));

    [Theory]
    [InlineData("/memories//keys")]
    [InlineData("//keys")]
    [InlineData("/memories\\..\\keys")]
    [InlineData("/%6beys%2f")]
    [InlineData("/keys%2fx")]
    [InlineData("/memories%2f@a")]
    public async Task A_path_that_is_no_route_is_404_and_not_another_route(string path) => Assert.Equal([404], RawHttp.Statuses(await GetAsync(path, "paths")));

    [Theory]
    [InlineData("a/b", "/memories/@a%2fb", "/memories/@a%2Fb", "/memories/%40a%2fb")]
    [InlineData("a%2fb", "/memories/@a%252fb", "/memories/@%61%252fb")]
    [InlineData("a%252fb", "/memories/@a%25252fb")]
    [InlineData("..", "/memories/@..", "/memories/@%2e%2e")]
    [InlineData("../../keys", "/memories/@..%2f..%2fkeys")]
    [InlineData("a?b", "/memories/@a%3fb")]
    [InlineData("a#b", "/memories/@a%23b", "/memories/@a#b")]
    [InlineData("a;x=1", "/memories/@a;x=1")]
    [InlineData("a+b", "/memories/@a+b", "/memories/@a%2bb")]
    [InlineData("a%00b", "/memories/@a%2500b")]
    [InlineData("a\\..", "/memories/@a%5c..", "/memories/@a\\..")]
    [InlineData("@a", "/memories/@@a", "/memories/@%40a")]
    public async Task Each_spelling_of_a_path_names_one_key_and_no_other(string id, params string[] paths)
    {
        var space = SomaHost.NewNamespace("paths");
        using var client = _soma.NewClient(space);
        foreach (var other in new[] { "a/b", "a%2fb", "a%252fb", "..", "../../keys", "a?b", "a#b", "a;x=1", "a", "b", "a+b", "a b", "a%00b", "a\\..", "@a" })
        {
            (await client.PostAnswerAsync("/memories", new { id = other, payload = new { } })).Ok();
        }

        foreach (var path in paths)
        {
            var answer = await GetAsync(path, space);
            Assert.Equal([200], RawHttp.Statuses(answer));
            Assert.Contains($"\"id\":\"{id.Replace("\\", "\\\\", StringComparison.Ordinal)}\"", answer);
        }
    }

    [Theory]
    [InlineData("../notes")]
    [InlineData("notes/../secret")]
    [InlineData("notes%2fsecret")]
    [InlineData("notes\\secret")]
    [InlineData("notes secret")]
    [InlineData("notes,secret")]
    [InlineData("*")]
    [InlineData("~")]
    [InlineData("caf\u00e9")]
    public async Task A_namespace_or_tenant_is_a_name_and_no_path(string name)
    {
        foreach (var header in new[] { "X-Soma-Namespace", "X-Soma-Tenant" })
        {
            var answer = await RawHttp.ExchangeAsync(_soma.Address, $"GET /memories HTTP/1.1\r\nHost: soma\r\n{RawHttp.Authorization}{header}: {name}\r\nConnection: close\r\n\r\n");
            Assert.Equal([400], RawHttp.Statuses(answer));
        }
    }

    private Task<string> GetAsync(string path, string space) =>
        RawHttp.ExchangeAsync(_soma.Address, $"GET {path} HTTP/1.1\r\nHost: soma\r\n{RawHttp.Authorization}X-Soma-Namespace: {space}\r\nConnection: close\r\n\r\n");
}
