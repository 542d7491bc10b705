namespace Soma.Gateway.Http;

/// <summary>Who may use a route, and whether requests count against the rate limit.</summary>
internal enum Access
{
    /// <summary>Everyone, without a limit: probes, metrics, the front page.</summary>
    Open,

    /// <summary>Everyone, within the rate limit.</summary>
    Public,

    /// <summary>Callers who have the route's scope, within the rate limit.</summary>
    Protected,

    /// <summary>All callers with a token, whatever it allows, within the rate limit.</summary>
    Known,
}

/// <summary>What the middleware knows of a route.</summary>
/// <param name="Template">The route's pattern without the version prefix: its name in metrics, logs and request hashes.</param>
/// <param name="Access">Who may use it.</param>
/// <param name="RateGroup">The requests of one caller to all routes of a group count against one limit.</param>
/// <param name="Scope">The scope that a caller of a protected route must have.</param>
internal sealed record RouteInfo(string Template, Access Access, string RateGroup, Scopes Scope)
{
    /// <summary>The rate group of requests with an access key that does not exist. They are counted by address, whichever route they are for.</summary>
    public const string UnknownKeys = "unknown-key";

    public bool NeedsCaller => Access is Access.Protected or Access.Known;
}
