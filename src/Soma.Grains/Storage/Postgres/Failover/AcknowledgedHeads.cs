namespace Soma.Grains.Storage.Postgres.Failover;

/// <summary>Remembers the newest acknowledged commits of this process, so that a server that lacks them is found out.</summary>
/// <remarks>
/// It holds the namespaces that were used last, in two halves: when the newer half is full, the older one is dropped. Besides, it holds the
/// largest place in the write-ahead log that belongs to an acknowledged commit, which speaks for every namespace.
/// </remarks>
internal sealed class AcknowledgedHeads(int mostOfAHalf = 10_000)
{
    private readonly Lock _lock = new();
    private Dictionary<long, AcknowledgedHead> _newer = [];
    private Dictionary<long, AcknowledgedHead> _older = [];
    private ServerIdentity? _server;
    private ulong _position;

    /// <summary>Remembers the name of a namespace that an owner took.</summary>
    public void NoteName(long id, NamespaceKey key)
    {
        lock (_lock)
        {
            Keep((Find(id) ?? new AcknowledgedHead(id, null, 0, 0, 0)) with { Key = key });
        }
    }

    /// <param name="batch">What was committed.</param>
    /// <param name="server">The server that answered; null: it is not certain which one did.</param>
    /// <param name="position">A place in its write-ahead log that is not behind the commit's own record.</param>
    public void Note(CommitBatch batch, ServerIdentity? server, ulong position)
    {
        lock (_lock)
        {
            if (batch.Log.Count > 0)
            {
                var head = batch.HeadSeq + batch.Log.Count;
                var known = Find(batch.NamespaceId);
                Keep(new AcknowledgedHead(batch.NamespaceId, known?.Key, head, batch.At.Microseconds, batch.Epoch));
            }

            if (server is not null && (server != _server || position > _position))
            {
                (_server, _position) = (server, position);
            }
        }
    }

    /// <summary>The namespaces with a commit, and the server and place of the newest.</summary>
    public (IReadOnlyList<AcknowledgedHead> Heads, ServerIdentity? Server, ulong Position) Read()
    {
        lock (_lock)
        {
            return ([.. _newer.Values.Concat(_older.Values.Where(head => !_newer.ContainsKey(head.Id))).Where(head => head.Seq > 0)], _server, _position);
        }
    }

    /// <summary>An operator accepted the loss of what is remembered here.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            (_newer, _older, _server, _position) = ([], [], null, 0);
        }
    }

    private AcknowledgedHead? Find(long id) => _newer.GetValueOrDefault(id) ?? _older.GetValueOrDefault(id);

    private void Keep(AcknowledgedHead head)
    {
        if (_newer.Count >= mostOfAHalf && !_newer.ContainsKey(head.Id))
        {
            (_older, _newer) = (_newer, []);
        }

        _newer[head.Id] = head;
    }
}

/// <summary>The newest row of a namespace's log that a commit of this process wrote. No other row has its seq, its time and its epoch.</summary>
internal sealed record AcknowledgedHead(long Id, NamespaceKey? Key, long Seq, long At, long Epoch);

/// <summary>Which server answers: a restart and a promotion each make another one.</summary>
/// <param name="System">The number that initdb gave the data; a standby has that of its primary.</param>
/// <param name="Timeline">Raised by every promotion.</param>
/// <param name="Started">When the server started.</param>
internal sealed record ServerIdentity(decimal System, int Timeline, DateTime Started);

/// <summary>What a server says of itself.</summary>
/// <param name="Identity">Which server it is.</param>
/// <param name="ReplayedTo">Where the last recovery or the standby's replay ended, and its own log began; null: it had none.</param>
/// <param name="TakesWrites">Whether it is neither a standby nor read-only.</param>
/// <param name="IsSynchronous">Whether its commits wait for a standby.</param>
/// <param name="HasRecord">Whether its schema has the table of losses yet.</param>
internal sealed record ServerState(ServerIdentity Identity, ulong? ReplayedTo, bool TakesWrites, bool IsSynchronous, bool HasRecord);
