using Orleans.Clustering.Redis;

namespace Soma.Silo.Membership;

/// <summary>The state of this silo's row in the membership table, as last read.</summary>
internal enum RowState
{
    /// <summary>The silo has not joined yet, or the table was not read yet.</summary>
    Unknown,

    /// <summary>The row exists and is active.</summary>
    Active,

    /// <summary>The row exists and is not active: the silo is joining or leaving.</summary>
    Inactive,

    /// <summary>The table was read and holds no row of this silo.</summary>
    Missing,

    /// <summary>
    /// The silo has joined, and the table cannot be read at the moment. The last known membership stays valid.
    /// </summary>
    Unreachable,
}

/// <summary>Reads this silo's own row from the membership table.</summary>
internal sealed class OwnRow(IMembershipTable table, ILocalSiloDetails silo)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private volatile RowState _latest;
    private volatile bool _hasJoined;

    /// <summary>The result of the latest read.</summary>
    public RowState Latest => _latest;

    /// <summary>Whether this silo was ever found active.</summary>
    public bool HasJoined => _hasJoined;

    public async Task<RowState> LookAsync(CancellationToken cancellationToken)
    {
        _latest = await AskAsync(cancellationToken);
        _hasJoined |= _latest == RowState.Active;
        return _latest;
    }

    private async Task<RowState> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Timeout);
            var data = await table.ReadRowAsync(silo.SiloAddress, deadline.Token).WaitAsync(deadline.Token);
            return data.TryGet(silo.SiloAddress) is not { } row ? RowState.Missing
                : row.Item1.Status == SiloStatus.Active ? RowState.Active : RowState.Inactive;
        }
        // The table answered, but it holds no version row and so no silo rows either: Redis was flushed.
        catch (RedisClusteringException)
        {
            return RowState.Missing;
        }
        // The membership provider throws many kinds of exceptions while Redis is down. All of them mean "unreachable".
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return _hasJoined ? RowState.Unreachable : RowState.Unknown;
        }
    }
}
