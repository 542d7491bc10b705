using Soma.Grains.Interfaces;

namespace Soma.Gateway.Probing;

/// <summary>The content of <c>GET /health</c>.</summary>
/// <param name="Reply">The silos' answer; null: no silo answered.</param>
/// <param name="Own">The state of the gateway's own components.</param>
/// <param name="Uptime">How long this gateway has run.</param>
internal readonly record struct HealthState(HealthReply? Reply, IReadOnlyList<ComponentHealth> Own, TimeSpan Uptime);
