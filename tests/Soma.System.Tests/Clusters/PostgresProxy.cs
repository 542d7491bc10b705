using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Soma.Testing;

namespace Soma.System.Tests.Clusters;

/// <summary>
/// A proxy between one silo and Postgres that can delay, hold back and cut messages, as a network may do.
/// </summary>
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

    /// <summary>How many commits were applied while their answers were dropped.</summary>
    public int CutCommits => Volatile.Read(ref _cutsDone);

    /// <summary>How many commits were held back on their way to the server.</summary>
    public int HeldCommits => Volatile.Read(ref _held);

    /// <summary>
    /// How many of the held commits the server refused when they arrived, because another owner had taken the epoch.
    /// </summary>
    public int HeldCommitsRefused => Volatile.Read(ref _heldRefused);

    /// <summary>
    /// Whether new connections are closed at once. Existing connections stay open until <see cref="CutAll"/>.
    /// </summary>
    public bool RefusesNew { get; set; }

    /// <summary>
    /// Lets the next commit reach the server and be applied, and cuts the connection instead of passing on the answer.
    /// </summary>
    public void CutAfterNextCommit() => Interlocked.Increment(ref _cutsWanted);

    /// <summary>Holds commits back until <see cref="ReleaseCommits"/>, as a slow network would.</summary>
    public void HoldCommits() => _holding = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Passes on the commits that were held back.</summary>
    public void ReleaseCommits()
    {
        _holding?.TrySetResult();
        _holding = null;
    }

    /// <summary>Delays each piece of an answer by a random time within the range.</summary>
    public void Delay(TimeSpan least, TimeSpan most) => _delay = new DelayRange(least, most);

    /// <summary>Ends all delays, cuts and refusals.</summary>
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

    /// <summary>Whether the connection must be cut after this commit.</summary>
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

    /// <summary>Waits while commits are held back. Returns whether this commit was held back.</summary>
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
        // The other side is down or was cut off, so this side's connection is closed too.
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
