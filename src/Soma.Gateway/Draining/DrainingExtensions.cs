using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Soma.Gateway.Draining;

/// <summary>Puts the drain between the server, its connections and the end of the process.</summary>
internal static class DrainingExtensions
{
    public static IServiceCollection AddDraining(this IServiceCollection services, TimeSpan drainTime)
    {
        services.AddSingleton(provider => new ConnectionDrain(drainTime, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddHostedService<DrainService>();
        // The server was registered with its transport before. Others may be, as a silo's in the same process: they are left alone.
        var transport = services.Single(service =>
            service.ServiceType == typeof(IConnectionListenerFactory)
            && !service.IsKeyedService
            && service.ImplementationType == typeof(SocketTransportFactory));
        services[services.IndexOf(transport)] = ServiceDescriptor.Singleton<IConnectionListenerFactory>(provider => new DrainingListenerFactory(
            ActivatorUtilities.CreateInstance<SocketTransportFactory>(provider), provider.GetRequiredService<ConnectionDrain>()));
        return services;
    }

    /// <summary>Counts the endpoint's connections.</summary>
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

    /// <summary>Tells clients, with the answer they get, to come back elsewhere.</summary>
    public static IApplicationBuilder UseDraining(this IApplicationBuilder app)
    {
        // The gateway can be hosted without a server of its own, as tests do.
        if (app.ApplicationServices.GetService<ConnectionDrain>() is not { } drain)
        {
            return app;
        }

        return app.Use((context, next) =>
        {
            if (drain.IsDraining)
            {
                context.Response.Headers.Connection = "close";
            }

            return next(context);
        });
    }
}
