using System.Buffers.Text;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Soma.Bench.Load;

/// <summary>One HTTP/1.1 connection that sends finished requests and reads their answers, at a few microseconds a request.</summary>
/// <remarks>
/// The client of a measurement shares the machine with the service. <see cref="HttpClient"/> takes as much processor time as a GET of
/// Soma does, so it would measure itself. This class understands what Soma answers and no more: a status and a Content-Length.
/// </remarks>
internal sealed class HttpConnection : IDisposable
{
    private static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[64 * 1024];
    private SslStream? _tls;

    public async Task ConnectAsync(Uri url)
    {
        await _socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, url.Port));
        if (url.Scheme == Uri.UriSchemeHttps)
        {
            _tls = new SslStream(new NetworkStream(_socket), leaveInnerStreamOpen: false, BenchTarget.AcceptsAnyCertificate);
            await _tls.AuthenticateAsClientAsync(url.Host);
        }
    }

    /// <summary>Sends the request and returns the status of the answer, whose body was read to its end.</summary>
    /// <exception cref="InvalidDataException">The answer is chunked, or the connection ended within it.</exception>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        await (_tls?.WriteAsync(request) ?? SendPlainAsync(request));
        var (read, head, length) = (0, -1, 0);
        while (head < 0 || read < head + length)
        {
            if (read == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * _buffer.Length);
            }

            var got = await (_tls?.ReadAsync(_buffer.AsMemory(read)) ?? _socket.ReceiveAsync(_buffer.AsMemory(read)));
            if (got == 0)
            {
                throw new InvalidDataException("The service closed the connection within an answer.");
            }

            read += got;
            if (head < 0 && _buffer.AsSpan(0, read).IndexOf(EndOfHead) is >= 0 and var end)
            {
                head = end + EndOfHead.Length;
                length = ContentLength(_buffer.AsSpan(0, head));
            }
        }

        return Utf8Parser.TryParse(_buffer.AsSpan("HTTP/1.1 ".Length, 3), out int status, out _) ? status : 0;
    }

    public void Dispose()
    {
        _tls?.Dispose();
        _socket.Dispose();
    }

    private async ValueTask SendPlainAsync(ReadOnlyMemory<byte> request) => await _socket.SendAsync(request);

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _)
            ? length
            : throw new InvalidDataException("An answer without a Content-Length cannot be measured here; ask for less.");
    }
}
