using System.Net;
using System.Net.Sockets;

namespace Soma.Testing;

/// <summary>Ports on 127.0.0.1 that a server can be stopped and started on again.</summary>
/// <remarks>
/// Below the range that the kernel takes outgoing connections' ports from: a port out of that range may be taken by any
/// connection while its server is down, and the server then does not come back.
/// </remarks>
public static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Test processes that run side by side start looking at different places.
    private static int _next = Environment.ProcessId * 37 % Count;

    /// <summary>A port that nobody listens on, and that no other caller in this process was given.</summary>
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
