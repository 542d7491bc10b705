using Orleans.Clustering.Redis;

namespace Soma.Silo.Membership;

/// <summary>What the membership table says of this silo, as far as is known.</summary>
internal enum RowState
{
    /// <summary>Not joined yet, or not asked.</summary>
    Unknown,

    /// <summary>There, and active.</summary>
    Active,

    /// <summary>There, and not active: joining or leaving.</summary>
    Inactive,

    /// <summary>The table answers and does not know this silo.</summary>
    Missing,

    /// <summary>The table does not answer a silo that has joined: nothing is known, and nothing has changed.</summary>
    Unreachable,
}

/// <summary>Asks the membership table for this silo's own row.</summary>
internal sealed class OwnRow(IMembershipTable table, ILocalSiloDetails silo)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private volatile RowState _latest;
    private volatile bool _hasJoined;

    /// <summary>What the last look found.</summary>
    public RowState Latest => _latest;

    /// <summary>Whether any look found this silo active.</summary>
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
            deadline.CancelAfter(Patience);
            var data = await table.ReadRowAsync(silo.SiloAddress, deadline.Token).WaitAsync(deadline.Token);
            return data.TryGet(silo.SiloAddress) is not { } row ? RowState.Missing
                : row.Item1.Status == SiloStatus.Active ? RowState.Active : RowState.Inactive;
        }
        // The table answers: it has no version, so no rows either. That is what a flushed Redis looks like.
        catch (RedisClusteringException)
        {
            return RowState.Missing;
        }
        // Whatever the provider throws while Redis is away: no answer is the answer.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return _hasJoined ? RowState.Unreachable : RowState.Unknown;
        }
    }
}
