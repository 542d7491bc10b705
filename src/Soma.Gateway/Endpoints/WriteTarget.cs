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

    /// <summary>
    /// The idempotency key of the write: the client's, or one that the gateway makes, so that the gateway can send the write again
    /// after a silo's failure.
    /// </summary>
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
