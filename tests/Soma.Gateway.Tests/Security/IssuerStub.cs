using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Soma.Gateway.Tests.Security;

/// <summary>Serves a discovery document and keys, counts how often it is asked for the keys, and can be away.</summary>
internal sealed class IssuerStub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _asked;

    private IssuerStub(WebApplication app) => _app = app;

    public string Issuer => _app.Urls.Single();

    public string Jwks { get; set; } = "{\"keys\":[]}";

    /// <summary>What the discovery document says the issuer is called; null: its address.</summary>
    public string? Named { get; set; }

    /// <summary>Where the discovery document says the keys are; null: at the issuer.</summary>
    public string? KeysAt { get; set; }

    public bool IsAway { get; set; }

    /// <summary>How often the keys were asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public static async Task<IssuerStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var issuer = new IssuerStub(builder.Build());
        issuer._app.MapGet("/.well-known/openid-configuration", () =>
            issuer.Answer($$"""{"issuer":"{{issuer.Named ?? issuer.Issuer}}","jwks_uri":"{{issuer.KeysAt ?? issuer.Issuer + "/keys"}}"}"""));
        issuer._app.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref issuer._asked);
            return issuer.Answer(issuer.Jwks);
        });
        await issuer._app.StartAsync();
        return issuer;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Answer(string json) => IsAway ? Results.StatusCode(503) : Results.Text(json, "application/json");
}
