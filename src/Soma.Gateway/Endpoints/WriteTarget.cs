using Soma.Gateway.Http;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>Where a write goes and under which headers.</summary>
internal readonly record struct WriteTarget(NamespaceKey Namespace, WriteHeaders Headers)
{
    /// <summary>The key in the route, canonical; empty where the route has none.</summary>
    public string Coordinate { get; init; } = "";

    /// <summary>The raw body; empty where there is none.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>Of a write to one memory, which may be conditional.</summary>
    public static Problem? Resolve(HttpContext context, GatewayCore core, string? tenantField, out WriteTarget target)
    {
        NamespaceKey key = default;
        var problem = WriteHeaders.Read(context.Request.Headers, out var headers)
            ?? core.ResolveNamespace(context, tenantField, out key);
        target = new WriteTarget(key, headers);
        return problem;
    }

    /// <summary>Of a write that is not about one memory: a condition is refused.</summary>
    public static Problem? ResolveUnconditional(HttpContext context, GatewayCore core, string? tenantField, out WriteTarget target) =>
        Resolve(context, core, tenantField, out target) ?? target.Headers.RefuseConditions();

    /// <summary>The client's key, or one of the gateway's own that makes sending again after a silo's failure safe.</summary>
    public IdempotencyKey ToKey(HttpContext context)
    {
        var request = context.Request;
        var template = context.GetEndpoint()?.Metadata.GetMetadata<RouteInfo>()?.Template ?? "";
        return new IdempotencyKey
        {
            Value = Headers.IdempotencyKey is { } key
                ? IdempotencyKey.ClientPrefix + key
                : IdempotencyKey.GatewayPrefix + Guid.NewGuid().ToString("N"),
            RequestHash = RequestHash.Compute(
                [request.Method, template, Coordinate, request.QueryString.Value ?? "", Headers.IfMatch, Headers.IfNoneMatch], Body),
        };
    }
}
