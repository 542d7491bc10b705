using Soma.Gateway.Draining;

namespace Soma.Gateway.Following;

/// <summary>When an answer without an end must end: its client has gone, or the process stops.</summary>
internal static class StreamEnds
{
    public static CancellationTokenSource Link(HttpContext context)
    {
        var services = context.RequestServices;
        return CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            // The drain waits for open connections, before the host announces that it stops.
            services.GetService<ConnectionDrain>()?.Draining ?? CancellationToken.None,
            services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None);
    }
}
