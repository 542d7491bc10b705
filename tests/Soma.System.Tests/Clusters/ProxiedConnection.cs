using System.Net.Sockets;

namespace Soma.System.Tests.Clusters;

/// <summary>One connection through the proxy: two pumps, of which each ends the other.</summary>
internal sealed class ProxiedConnection(TcpClient client, TcpClient server, PostgresProxy proxy) : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    // Of the commit's row: two columns, of which the first, the status in four bytes, says "fenced".
    private static readonly byte[] Fenced = [0, 2, 0, 0, 0, 4, 0, 0, 0, 1];

    private readonly CommitWatch _asked = new();
    private readonly AnswerWatch _answers = new();

    // The exchange at whose end the connection is cut; nothing of what is said until then is passed on. 0: none.
    private volatile int _cutAfter;
    private volatile bool _wasHeld;

    /// <summary>Ends when either side hangs up or the connection is cut.</summary>
    public async Task RunAsync()
    {
        try
        {
            client.NoDelay = server.NoDelay = true;
            await Task.WhenAny(PumpToServerAsync(), PumpToClientAsync());
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Both sides see a reset, as when a machine between them fails.</summary>
    public void Dispose()
    {
        Reset(client);
        Reset(server);
    }

    private static void Reset(TcpClient side)
    {
        try
        {
            side.Client?.Close(timeout: 0);
        }
        catch (SocketException)
        {
            // Gone already.
        }

        side.Dispose();
    }

    private async Task PumpToServerAsync()
    {
        var buffer = new byte[BufferBytes];
        while (await ReadAsync(client, buffer) is > 0 and var length)
        {
            // Before it is passed on: the answer must not overtake the decision to keep it.
            if (_asked.Read(buffer.AsSpan(0, length)))
            {
                _cutAfter = proxy.TakeCut() ? _asked.Asked : 0;
                _wasHeld = await proxy.HoldAsync();
            }

            await server.GetStream().WriteAsync(buffer.AsMemory(0, length));
        }
    }

    private async Task PumpToClientAsync()
    {
        var buffer = new byte[BufferBytes];
        while (await ReadAsync(server, buffer) is > 0 and var length)
        {
            if (_wasHeld && buffer.AsSpan(0, length).IndexOf(Fenced) >= 0)
            {
                proxy.OnHeldRefused();
            }

            _answers.Read(buffer.AsSpan(0, length));
            if (_cutAfter is > 0 and var last)
            {
                if (_answers.Ended >= last)
                {
                    proxy.OnCut();
                    return;
                }

                continue;
            }

            if (proxy.NextDelay() is { } delay)
            {
                await Task.Delay(delay);
            }

            await client.GetStream().WriteAsync(buffer.AsMemory(0, length));
        }
    }

    private static async Task<int> ReadAsync(TcpClient from, byte[] buffer)
    {
        try
        {
            return await from.GetStream().ReadAsync(buffer);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return 0;
        }
    }
}
