using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Soma.Silo.Admin;

/// <summary>
/// Checks the operator token. A browser sends it as the password of its login prompt, with any user name; other clients
/// send <c>Authorization: Bearer</c>. After ten wrong ones within a minute an address is answered 429.
/// </summary>
internal sealed class OperatorAccess(
    IOptionsMonitor<OperatorAccess.Settings> options, ILoggerFactory logger, UrlEncoder encoder, FailedAttempts failures)
    : AuthenticationHandler<OperatorAccess.Settings>(options, logger, encoder)
{
    public const string SchemeName = "operator";

    private const string Basic = "Basic ";
    private const string Bearer = "Bearer ";

    // A handler serves one request.
    private TimeSpan? _wait;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (ReadToken(Request.Headers.Authorization.ToString()) is not { } token)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var address = Context.Connection.RemoteIpAddress;
        if (failures.WaitOf(address) is { } wait)
        {
            _wait = wait;
            return Task.FromResult(AuthenticateResult.Fail("Too many wrong operator tokens."));
        }

        if (Options.Tokens?.Contains(token) != true)
        {
            failures.Add(address);
            return Task.FromResult(AuthenticateResult.Fail("Wrong operator token."));
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, SchemeName)], SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_wait is { } wait)
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        }

        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = """Basic realm="Soma operator", charset="UTF-8" """.TrimEnd();
        return Task.CompletedTask;
    }

    private static string? ReadToken(string header)
    {
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return header[Bearer.Length..].Trim();
        }

        if (!header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        Span<byte> decoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Basic.Length..].Trim(), decoded, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(decoded[..length]);
        return pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? pair[(colon + 1)..] : null;
    }

    internal sealed class Settings : AuthenticationSchemeOptions
    {
        public SecretTokens? Tokens { get; set; }
    }
}
