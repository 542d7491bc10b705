using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Testing.Storage;

// The part of the store that the change feed reads.
public sealed partial class FaultyStore : IFeedStore
{
    private int _feedReads;

    /// <summary>How often the feed read the log.</summary>
    public int FeedReads => _feedReads;

    private IFeedStore Feed => (IFeedStore)store;

    public Task<LogStretchPage> ReadChangesAsync(long namespaceId, ChangeStretch stretch, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _feedReads);
        return PassAsync(() => Feed.ReadChangesAsync(namespaceId, stretch, cancellationToken));
    }

    public Task<bool> HasContentAsync(long namespaceId, Coordinate coordinate, CancellationToken cancellationToken) =>
        PassAsync(() => Feed.HasContentAsync(namespaceId, coordinate, cancellationToken));
}
