using System.Net.Sockets;

namespace Soma.System.Tests.Clusters;

/// <summary>
/// One connection through the proxy: two loops that copy bytes, one for each direction. When one ends, the other ends
/// too.
/// </summary>
internal sealed class ProxiedConnection(TcpClient client, TcpClient server, PostgresProxy proxy) : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    // The beginning of the answer row of soma.commit_batch: four columns, of which the first, a status of four bytes, says "fenced".
    private static readonly byte[] Fenced = [0, 4, 0, 0, 0, 4, 0, 0, 0, 1];

    // The answer row of soma.commit_batches that changed nothing: two columns, null and a place in the log of eight bytes.
    private static readonly byte[] SharedFenced = [0, 2, 255, 255, 255, 255, 0, 0, 0, 8];

    private readonly CommitWatch _asked = new();
    private readonly AnswerWatch _answers = new();

    // The exchange at whose end the connection is cut. Until then nothing of the server's answer is passed on. 0: none.
    private volatile int _cutAfter;
    private volatile bool _wasHeld;

    /// <summary>Copies until either side closes its connection or the connection is cut.</summary>
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

    /// <summary>Resets both connections, as when a machine between them fails.</summary>
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
            // The socket is already closed.
        }

        side.Dispose();
    }

    private async Task PumpToServerAsync()
    {
        var buffer = new byte[BufferBytes];
        while (await ReadAsync(client, buffer) is > 0 and var length)
        {
            // This happens before the bytes are passed on. Otherwise the answer could arrive before it is known that it
            // must be dropped.
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
            var answer = buffer.AsSpan(0, length);
            if (_wasHeld && (answer.IndexOf(Fenced) >= 0 || answer.IndexOf(SharedFenced) >= 0))
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
