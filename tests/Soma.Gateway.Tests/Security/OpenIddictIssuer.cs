using System.Net.Http.Json;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Soma.Gateway.Tests.Security;

/// <summary>A real OIDC issuer: OpenIddict's server, which gives tokens to clients by their credentials.</summary>
internal sealed class OpenIddictIssuer : IAsyncDisposable
{
    public const string Audience = "soma-tests";

    private const string Secret = "a secret of the client";
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    private OpenIddictIssuer(WebApplication app) => _app = app;

    public string Address { get; private init; } = "";

    /// <param name="port">0: any.</param>
    /// <param name="keyId">Names the key that is made for this run of the issuer.</param>
    public static async Task<OpenIddictIssuer> StartAsync(int port, string keyId)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode().AllowClientCredentialsFlow().SetTokenEndpointUris("/token").DisableAccessTokenEncryption();
            server.RegisterScopes("soma:read", "soma:write", "soma:delete", "soma:admin");
            server.AddEphemeralEncryptionKey().AddSigningKey(new RsaSecurityKey(RSA.Create(2048)) { KeyId = keyId });
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(CheckClient));
            server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(SignIn));
            server.UseAspNetCore().DisableTransportSecurityRequirement();
        });
        var app = builder.Build();
        app.UseRouting();
        app.UseAuthentication();
        await app.StartAsync();
        return new OpenIddictIssuer(app) { Address = app.Urls.Single() + "/" };
    }

    /// <summary>Asks the token endpoint, as a client of the flow does.</summary>
    public async Task<string> GetTokenAsync(string client, string scope)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = Secret,
            ["scope"] = scope,
        });
        using var answer = await _client.PostAsync(Address + "token", form);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return json.TryGetProperty("access_token", out var token) ? token.GetString()! : throw new InvalidOperationException($"The issuer gave no token: {json}");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static ValueTask CheckClient(ValidateTokenRequestContext context)
    {
        if (context.ClientSecret != Secret)
        {
            context.Reject(Errors.InvalidClient);
        }

        return default;
    }

    /// <summary>The client <c>notes</c> of the tenant <c>acme</c> is given the namespace <c>notes</c>.</summary>
    private static ValueTask SignIn(HandleTokenRequestContext context)
    {
        var identity = new ClaimsIdentity("client_credentials", Claims.Name, Claims.Role);
        identity.AddClaim(new Claim(Claims.Subject, context.ClientId!));
        identity.AddClaim(new Claim("soma_tenant", "acme"));
        identity.AddClaim(new Claim("soma_namespaces", context.ClientId!));
        identity.SetScopes(context.Request.GetScopes()).SetAudiences(Audience).SetDestinations(_ => [Destinations.AccessToken]);
        context.SignIn(new ClaimsPrincipal(identity));
        return default;
    }
}
