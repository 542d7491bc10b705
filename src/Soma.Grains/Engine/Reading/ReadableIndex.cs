using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>The index as searches and listings may read it: loaded as far as the caller's time allows, and under the lease.</summary>
internal sealed class ReadableIndex(EngineServices services, NamespaceOwner owner, NamespaceIndex index)
{
    // What is left of the caller's time once loading took its part: enough to rank what is there.
    private const double LoadingShare = 0.8;

    /// <summary>Why what needs the whole namespace cannot be answered now.</summary>
    public IndexIncompleteException Incomplete() => index.Incomplete();

    /// <summary>Memories of the snapshot whose sentence-model vector is still to come.</summary>
    public int CountRefining(IndexSnapshot snapshot) => index.CountRefining(snapshot);

    /// <summary>The snapshot of one moment under the lease; null: there is no such namespace.</summary>
    public async Task<IndexView?> TakeViewAsync(TimeSpan time, CancellationToken patience)
    {
        var loadingTime = Task.Delay(time * LoadingShare, services.Clock, patience);
        while (true)
        {
            // Checked anew after every wait: a lease that held before loading says nothing about now, and the index may
            // have been dropped meanwhile.
            if (await owner.EnsureReadableAsync(patience) is not { } owned)
            {
                return null;
            }

            if (index.Current is { } snapshot && (index.IsComplete || index.IsPartial || loadingTime.IsCompleted))
            {
                return new IndexView(owned, snapshot, owned.HeadSeq, index.IsComplete, owner.Now());
            }

            await index.EnsureLoadedAsync(loadingTime);
        }
    }
}

/// <summary>One moment of a namespace.</summary>
/// <remarks>The head is taken in the same step as the snapshot, which does not move with commits of links alone.</remarks>
internal readonly record struct IndexView(Ownership Owned, IndexSnapshot Snapshot, long HeadSeq, bool IsComplete, Instant Now);
