namespace Soma.Gateway.Http;

/// <summary>Who may use a route, and whether uses are counted.</summary>
internal enum Access
{
    /// <summary>Anyone, never limited: probes, metrics, the front page.</summary>
    Open,

    /// <summary>Anyone, limited.</summary>
    Public,

    /// <summary>Callers with a token, limited.</summary>
    Protected,
}

/// <summary>What the pipeline knows of a route.</summary>
/// <param name="Template">The route's pattern without the version prefix: its name in metrics, logs and request hashes.</param>
/// <param name="Access">Who may use it.</param>
/// <param name="RateGroup">Routes of one group share a caller's window.</param>
internal sealed record RouteInfo(string Template, Access Access, string RateGroup);
