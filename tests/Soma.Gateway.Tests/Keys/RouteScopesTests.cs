using Microsoft.AspNetCore.Routing;
using Soma.Gateway.Http;
using Soma.Gateway.Tests.Service;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Keys;

/// <summary>Walks every route that the running gateway has.</summary>
public sealed class RouteScopesTests(GatewayUnderTest gateway) : IClassFixture<GatewayUnderTest>
{
    [Fact]
    public async Task Every_route_is_for_those_with_its_scope_and_for_nobody_else()
    {
        var routes = gateway.Endpoints.OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<RouteInfo>() is not null).ToList();
        Assert.True(routes.Count > 70, $"{routes.Count} routes");
        var allButOne = new Dictionary<Scopes, string>();
        var onlyOne = new Dictionary<Scopes, string>();
        foreach (var scope in (Scopes[])[Scopes.Read, Scopes.Write, Scopes.Delete, Scopes.Admin])
        {
            allButOne[scope] = await MakeAsync(Scopes.All & ~scope);
            onlyOne[scope] = await MakeAsync(scope);
        }

        foreach (var route in routes)
        {
            var info = route.Metadata.GetMetadata<RouteInfo>()!;
            var path = route.RoutePattern.RawText!.Replace("{coord}", "1,2").Replace("{name}", "notes").Replace("{id}", "k1");
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                var what = $"{method} {path}";
                switch (info.Access)
                {
                    case Access.Open or Access.Public:
                        Assert.True(Open.Contains(info.Template), $"{what} is open to everybody.");
                        Assert.NotEqual(401, (await SendAsync(method, path, null)).Status);
                        break;
                    case Access.Known:
                        Assert.Equal("/whoami", info.Template);
                        Assert.Equal(401, (await SendAsync(method, path, null)).Status);
                        Assert.Equal(200, (await SendAsync(method, path, onlyOne[Scopes.Delete])).Status);
                        break;
                    default:
                        var scope = Assert.Single(allButOne.Keys, one => one == info.Scope);
                        Assert.Equal(401, (await SendAsync(method, path, null)).Status);
                        var (status, detail) = await SendAsync(method, path, allButOne[scope]);
                        Assert.True(status == 403 && (method == "HEAD" || detail.Contains($"This key lacks the scope '{scope.ToString().ToLowerInvariant()}'")), $"{what}: {status} {detail}");
                        (status, detail) = await SendAsync(method, path, onlyOne[scope]);
                        Assert.True(status is not (401 or 403), $"{what}: {status} {detail}");
                        break;
                }
            }
        }
    }

    // A new route without a token must be meant, and be added here.
    private static readonly string[] Open =
        ["/stats", "/readyz", "/healthz", "/health", "/health/live", "/health/ready", "/metrics", "/", "/ping", "/openapi.json", "/docs", "/ok", "/ui/{**path}"];

    private async Task<(int Status, string Detail)> SendAsync(string method, string path, string? token)
    {
        var request = gateway.Request(method, path, method is "GET" or "HEAD" or "DELETE" ? null : "{}").With("Authorization", token is null ? null : $"Bearer {token}");
        using var response = await gateway.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<string> MakeAsync(Scopes scopes)
    {
        var names = string.Join(',', new[] { Scopes.Read, Scopes.Write, Scopes.Delete, Scopes.Admin }.Where(scope => scopes.HasFlag(scope)).Select(scope => $"\"{scope.ToString().ToLowerInvariant()}\""));
        var made = await gateway.SendAsync("POST", "/keys", $$"""{"name":"x","namespaces":["*"],"scopes":[{{names}}]}""");
        return (await made.JsonAsync()).GetProperty("key").GetString()!;
    }
}
