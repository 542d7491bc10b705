using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Soma.Gateway.Draining;

/// <summary>
/// Registers every listener of the server with the drain, which can close the listener while its connections stay open.
/// </summary>
internal sealed class DrainingListenerFactory(IConnectionListenerFactory inner, ConnectionDrain drain)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => inner is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = await inner.BindAsync(endpoint, cancellationToken);
        drain.Add(listener);
        return listener;
    }
}
