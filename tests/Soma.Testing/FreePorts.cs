using System.Net;
using System.Net.Sockets;

namespace Soma.Testing;

/// <summary>Provides ports on 127.0.0.1 on which a server can be stopped and started again.</summary>
/// <remarks>
/// The ports are below the range from which the kernel takes ports for outgoing connections. A port in that range could
/// be taken by any connection while the server is stopped, and the server could then not start again.
/// </remarks>
public static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Test processes that run at the same time begin their search at different ports.
    private static int _next = Environment.ProcessId * 37 % Count;

    /// <summary>Returns a port on which nobody listens and which no other caller in this process has got.</summary>
    public static int Next()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException("No port is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
