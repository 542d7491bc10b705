using Soma.Grains.Interfaces;

namespace Soma.Gateway.Probing;

/// <summary>Something beside the silos that this gateway leans on. While it is away, <c>GET /health</c> says degraded.</summary>
public interface IGatewayComponent
{
    /// <summary>How it is, as last seen; asking costs nothing.</summary>
    ComponentHealth Health { get; }
}
