using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Soma.Gateway.Draining;

namespace Soma.Gateway.Hosting;

/// <summary>
/// Serves a socket of the file system beside or instead of an address. Who may open the socket's folder may do everything, without a
/// token: they could as well read the memories' files.
/// </summary>
public static class LocalConnections
{
    private static readonly object _mark = new();

    /// <param name="kestrel">The server.</param>
    /// <param name="path">Where the socket is made. Nothing may be there.</param>
    public static void ListenLocally(this KestrelServerOptions kestrel, string path) => kestrel.ListenUnixSocket(path, listen =>
    {
        listen.UseDraining();
        listen.Use(next => connection =>
        {
            connection.Items[_mark] = _mark;
            return next(connection);
        });
    });

    internal static bool IsLocal(this HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(_mark) == true;
}
