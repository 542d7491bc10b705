using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Soma.Gateway.Draining;

/// <summary>Registers connection draining with the HTTP server and the lifetime of the process.</summary>
internal static class DrainingExtensions
{
    public static IServiceCollection AddDraining(this IServiceCollection services, TimeSpan drainTime)
    {
        services.AddSingleton(provider => new ConnectionDrain(drainTime, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddHostedService<DrainService>();
        // The HTTP server has registered its transport before. Other transports, such as a silo's in the same process,
        // are not touched.
        var transport = services.Single(service =>
            service.ServiceType == typeof(IConnectionListenerFactory)
            && !service.IsKeyedService
            && service.ImplementationType == typeof(SocketTransportFactory));
        services[services.IndexOf(transport)] = ServiceDescriptor.Singleton<IConnectionListenerFactory>(provider => new DrainingListenerFactory(
            ActivatorUtilities.CreateInstance<SocketTransportFactory>(provider), provider.GetRequiredService<ConnectionDrain>()));
        return services;
    }

    /// <summary>Counts the connections of this endpoint.</summary>
    public static void UseDraining(this ListenOptions listen)
    {
        var drain = listen.ApplicationServices.GetRequiredService<ConnectionDrain>();
        listen.Use(next => async connection =>
        {
            drain.OnOpened();
            try
            {
                await next(connection);
            }
            finally
            {
                drain.OnClosed();
            }
        });
    }

    /// <summary>
    /// Adds <c>Connection: close</c> to answers while the process drains, so that clients reconnect elsewhere.
    /// </summary>
    public static IApplicationBuilder UseDraining(this IApplicationBuilder app)
    {
        // Tests host the gateway without an HTTP server, and then there is nothing to drain.
        if (app.ApplicationServices.GetService<ConnectionDrain>() is not { } drain)
        {
            return app;
        }

        return app.Use((context, next) =>
        {
            if (drain.IsDraining && HttpProtocol.IsHttp2(context.Request.Protocol))
            {
                // HTTP/2 has no such header. The connection ends after its open requests, and the client is told so.
                context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            }
            else if (drain.IsDraining)
            {
                context.Response.Headers.Connection = "close";
            }

            return next(context);
        });
    }
}

/// <summary>
/// Drains connections before any other service of the process stops, because requests under way still need those
/// services.
/// </summary>
internal sealed class DrainService(ConnectionDrain drain) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => drain.DrainAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

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
