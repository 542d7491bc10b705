using System.Net.Sockets;
using System.Text;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Security;

/// <summary>Sends the bytes of a test as they are, also those that no HTTP client would send.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static string Authorization => $"Authorization: Bearer {SomaHost.Token}\r\n";

    public static async Task<Socket> ConnectAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(address.Host, address.Port);
        return socket;
    }

    /// <summary>What the server sends until it closes the connection. A character is a byte.</summary>
    public static async Task<string> ExchangeAsync(Uri address, string request)
    {
        using var socket = await ConnectAsync(address);
        await socket.SendAsync(Encoding.Latin1.GetBytes(request));
        return await ReadToEndAsync(socket);
    }

    public static async Task<string> ReadToEndAsync(Socket socket, TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? Deadline);
        var answer = new StringBuilder();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, deadline.Token) is var count and > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // The server dropped the connection instead of closing it.
        }

        return answer.ToString();
    }

    /// <summary>The statuses of the answers on a connection, in order.</summary>
    public static List<int> Statuses(string answers) =>
        [.. answers.Split("HTTP/1.1 ").Skip(1).Select(answer => int.Parse(answer[..3], System.Globalization.CultureInfo.InvariantCulture))];
}
