using Soma.Grains.Interfaces;

namespace Soma.Gateway.Probing;

/// <summary>All that <c>GET /health</c> tells.</summary>
/// <param name="Reply">What the silos say; null: none answered.</param>
/// <param name="Own">The gateway's own components.</param>
/// <param name="Uptime">How long this gateway has run.</param>
internal readonly record struct HealthState(HealthReply? Reply, IReadOnlyList<ComponentHealth> Own, TimeSpan Uptime);
