using System.Net;

namespace Soma.Gateway.Mcp;

/// <summary>
/// Middleware before the MCP endpoints: refuses requests that a web page was tricked into sending, and finds the namespace. A page whose
/// host name was pointed at this machine (DNS rebinding) is known by its <c>Host</c> and <c>Origin</c>, which name the page's own site.
/// </summary>
internal sealed class McpGate(RequestDelegate next, GatewayOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<McpEndpoint>() is null)
        {
            return next(context);
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            // A stream of messages, which lasts as long as its client wants.
            RequestObservation.LeaveUntimed(context);
        }

        var problem = CheckHost(context) ?? CheckOrigin(context.Request) ?? McpNamespace.Resolve(context, options);
        return problem is null ? next(context) : problem.ExecuteAsync(context);
    }

    /// <summary>Without a list of hosts, a request over the loopback interface must name this machine; other interfaces may have any name.</summary>
    private Problem? CheckHost(HttpContext context)
    {
        var host = context.Request.Host.Host;
        var isAllowed = options.McpHosts.Count > 0
            ? options.McpHosts.Contains(host, StringComparer.OrdinalIgnoreCase)
            : context.Connection.LocalIpAddress is not { } local || !IPAddress.IsLoopback(local) || IsLoopback(host);
        return isAllowed ? null : new Problem(403, $"The host '{host}' is not allowed; SOMA_MCP_HOSTS lists those that are");
    }

    private Problem? CheckOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        var isAllowed = origin.Length == 0 || options.CorsOrigins.Contains("*") || options.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && (page.Authority == request.Host.Value || (IsLoopback(page.Host) && IsLoopback(request.Host.Host))));
        return isAllowed ? null : new Problem(403, $"The origin '{origin}' is not allowed; SOMA_CORS_ORIGINS lists those that are");
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

/// <summary>Marks the endpoints that speak MCP.</summary>
internal sealed class McpEndpoint
{
    public static McpEndpoint Instance { get; } = new();
}
