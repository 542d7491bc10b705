using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Past;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>Gives searches and listings a snapshot of the index under the lease, loaded as far as the caller's time allows.</summary>
internal sealed class ReadableIndex(EngineServices services, NamespaceOwner owner, NamespaceIndex index)
{
    // Loading may take 80 % of the caller's time. The rest is left for ranking what is loaded by then.
    private const double LoadingShare = 0.8;

    /// <summary>The error for a request that needs the whole namespace while it is not loaded.</summary>
    public IndexIncompleteException Incomplete() => index.Incomplete();

    /// <summary>How many memories of the snapshot still wait for a vector of the sentence model.</summary>
    public int CountRefining(IndexSnapshot snapshot) => index.CountRefining(snapshot);

    /// <summary>Takes the snapshot of one moment under the lease; null if there is no such namespace.</summary>
    public async Task<IndexView?> TakeViewAsync(TimeSpan time, CancellationToken deadline)
    {
        var started = services.Clock.GetTimestamp();
        Task? loadingTime = null;
        while (true)
        {
            // Both are checked again after every wait, because the lease may have run out during loading, and the index may have
            // been dropped.
            if (await owner.EnsureReadableAsync(deadline) is not { } owned)
            {
                return null;
            }

            if (index.Current is { } snapshot && (index.IsComplete || index.IsPartial || loadingTime is { IsCompleted: true }))
            {
                return new IndexView(owned, snapshot, owned.HeadSeq, index.IsComplete, owner.Now());
            }

            loadingTime ??= Task.Delay(TimeLeft(), services.Clock, deadline);
            await index.EnsureLoadedAsync(loadingTime);
        }

        TimeSpan TimeLeft()
        {
            var left = (time * LoadingShare) - services.Clock.GetElapsedTime(started);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}

/// <summary>The state of a namespace at one moment.</summary>
/// <remarks>The head is taken in the same step as the snapshot. The snapshot's own seq is older after commits of links alone.</remarks>
internal readonly record struct IndexView(Ownership Owned, IndexSnapshot Snapshot, long HeadSeq, bool IsComplete, Instant Now)
{
    /// <summary>The moment of the past that this is; <see cref="HeadSeq"/> is then its seq. Null: the present.</summary>
    public PastMoment? Moment { get; init; }

    public bool IsPast => Moment is not null;

    /// <summary>The seq of a past moment, for the reply; null: the present.</summary>
    public long? PastSeq => IsPast ? HeadSeq : null;

    public static IndexView Of(Ownership owned, PastIndex index, PastMoment moment) =>
        new(owned, index.Snapshot, moment.Seq, index.IsComplete, moment.Now) { Moment = moment };
}
