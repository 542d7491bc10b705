using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Soma.Testing;

namespace Soma.System.Tests.Clusters;

/// <summary>Stands between one silo and Postgres, and can do to their talk what networks do.</summary>
internal sealed class PostgresProxy : IAsyncDisposable
{
    private readonly int _serverPort;
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<ProxiedConnection, byte> _connections = [];
    private readonly Task _accepting;
    private volatile DelayRange? _delay;
    private volatile TaskCompletionSource? _holding;
    private int _cutsWanted;
    private int _cutsDone;
    private int _held;
    private int _heldRefused;

    public PostgresProxy(int serverPort)
    {
        _serverPort = serverPort;
        Port = FreePorts.Next();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>How many commits were applied whose answer was kept back.</summary>
    public int CutCommits => Volatile.Read(ref _cutsDone);

    /// <summary>How many commits were held back on their way to the server.</summary>
    public int HeldCommits => Volatile.Read(ref _held);

    /// <summary>How many of those the server refused when it got them: the fence had closed meanwhile.</summary>
    public int HeldCommitsRefused => Volatile.Read(ref _heldRefused);

    /// <summary>New connections are closed as soon as they are there, those that exist stay; <see cref="CutAll"/> ends them.</summary>
    public bool RefusesNew { get; set; }

    /// <summary>The next commit reaches the server and is carried out; the connection is cut in place of its answer.</summary>
    public void CutAfterNextCommit() => Interlocked.Increment(ref _cutsWanted);

    /// <summary>Commits do not reach the server any more, until <see cref="ReleaseCommits"/>: they are on their way, as in a slow network.</summary>
    public void HoldCommits() => _holding = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was held back arrives.</summary>
    public void ReleaseCommits()
    {
        _holding?.TrySetResult();
        _holding = null;
    }

    /// <summary>Holds each piece of an answer back, for a random while out of the range.</summary>
    public void Delay(TimeSpan least, TimeSpan most) => _delay = new DelayRange(least, most);

    /// <summary>Nothing is delayed, cut or refused from now on.</summary>
    public void Heal()
    {
        _delay = null;
        RefusesNew = false;
        ReleaseCommits();
        Interlocked.Exchange(ref _cutsWanted, 0);
    }

    public void CutAll()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        ReleaseCommits();
        CutAll();
        await _accepting;
    }

    /// <summary>Whether this commit is the one to cut after.</summary>
    internal bool TakeCut()
    {
        while (Volatile.Read(ref _cutsWanted) is > 0 and var wanted)
        {
            if (Interlocked.CompareExchange(ref _cutsWanted, wanted - 1, wanted) == wanted)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits while commits are held; whether this one was.</summary>
    internal async Task<bool> HoldAsync()
    {
        if (_holding is not { } holding)
        {
            return false;
        }

        Interlocked.Increment(ref _held);
        await holding.Task;
        return true;
    }

    internal void OnHeldRefused() => Interlocked.Increment(ref _heldRefused);

    internal void OnCut() => Interlocked.Increment(ref _cutsDone);

    internal TimeSpan? NextDelay() =>
        _delay is { } range ? range.Least + ((range.Most - range.Least) * Random.Shared.NextDouble()) : null;

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        var server = new TcpClient();
        using var connection = new ProxiedConnection(client, server, this);
        _connections[connection] = 0;
        try
        {
            if (!RefusesNew)
            {
                await server.ConnectAsync(IPAddress.Loopback, _serverPort);
                await connection.RunAsync();
            }
        }
        // The other side is away, or was cut off: this side sees the connection end.
        catch (Exception gone) when (gone is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private sealed record DelayRange(TimeSpan Least, TimeSpan Most);
}
