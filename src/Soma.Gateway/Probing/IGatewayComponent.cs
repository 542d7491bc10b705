using Soma.Grains.Interfaces;

namespace Soma.Gateway.Probing;

/// <summary>
/// A service besides the silos that this gateway uses. While it is down, <c>GET /health</c> reports <c>degraded</c>.
/// </summary>
public interface IGatewayComponent
{
    /// <summary>The last known state. Reading it sends no request.</summary>
    ComponentHealth Health { get; }
}
