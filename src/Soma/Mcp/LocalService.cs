using System.Net.Sockets;
using Soma.Serving;

namespace Soma.Mcp;

/// <summary>
/// The service of one data folder, whichever process runs it: the first that needs it, or a running <c>soma serve</c>. The others
/// reach it by a socket in the folder. When its process ends, however it ends, the next one that needs it takes the folder and runs it.
/// </summary>
/// <remarks>The folder's lock decides who serves, so two processes that try at once cannot both do.</remarks>
internal sealed class LocalService(ServeOptions options, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(25);

    // Longer than a service takes to start or to stop.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _starting = new(1, 1);
    private WebApplication? _served;

    /// <summary>Opens a connection to the service; starts the service here if no process runs it.</summary>
    /// <exception cref="StartupException">The service cannot start here; or another process, which serves no socket, holds the folder.</exception>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(LocalSocket.PathOf(options.DataFolder)), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }

            if (await TryServeAsync(cancellationToken))
            {
                continue;
            }

            // Another process holds the folder. It is about to listen or about to end, unless it is one that serves nobody, such as a restore.
            if (clock.GetElapsedTime(started) > _patience)
            {
                throw new StartupException(ExitCode.DataInUse, $"another process uses {options.DataFolder} and serves nobody by {LocalSocket.PathOf(options.DataFolder)}.");
            }

            await Task.Delay(_pause, clock, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_served is { } served)
        {
            await served.StopAsync();
            await served.DisposeAsync();
        }

        _starting.Dispose();
    }

    private async Task<bool> TryServeAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (_served is not null)
            {
                return true;
            }

            _served = await ServeCommand.StartLocallyAsync(options, cancellationToken);
            return true;
        }
        catch (StartupException failure) when (failure.Code == ExitCode.DataInUse)
        {
            return false;
        }
        finally
        {
            _starting.Release();
        }
    }
}

/// <summary>The socket by which processes on this machine reach the service of a data folder. Who may open it may do everything.</summary>
internal static class LocalSocket
{
    // The shortest limit of a socket's path among the systems that Soma runs on, less the byte that ends it.
    private const int LongestPath = 103;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string PathOf(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "local", "soma.sock");
        if (Encoding.UTF8.GetByteCount(path) <= LongestPath)
        {
            return path;
        }

        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)).AsSpan(0, 8));
        return Path.Combine(Path.GetTempPath(), $"soma-{name}", "soma.sock");
    }

    /// <summary>
    /// Makes room for the socket. Its folder is its owner's alone, since a socket's own mode does not keep others out everywhere. The
    /// caller holds the data folder's lock, so a socket that is there belongs to a process that has ended.
    /// </summary>
    public static string Prepare(string dataFolder)
    {
        var path = PathOf(dataFolder);
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(path) ?? dataFolder);
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode = OwnerOnly;
        }

        File.Delete(path);
        return path;
    }
}
