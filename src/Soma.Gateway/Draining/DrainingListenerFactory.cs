using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Soma.Gateway.Draining;

/// <summary>Hands every listener of the server to the drain, which can unbind it while its connections live on.</summary>
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
