using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Storage.Forgetting;

namespace Soma.Grains.Engine.Forgetting;

/// <summary>Holds a namespace to its bounds: it keeps the order of eviction of the living memories, and gives each batch its room.</summary>
/// <remarks>
/// <para>Without a bound nothing is kept and no write takes another path. With one, the first batch of an owner waits until the order is loaded
/// from the store, which has all that is needed to be exact. From then on, each commit updates it.</para>
/// <para>While it is loaded no batch is formed, so only a commit of access counts can come between. Then it is loaded again.</para>
/// <para>Runs on the grain's turn.</para>
/// </remarks>
internal sealed class NamespaceBounds(
    EngineServices services, NamespaceOwner owner, RowReader reader, NamespaceConfiguration configuration, AccessCounts counts, AccessTimes times)
{
    private const int PageSize = 10_000;

    private EvictionOrder? _order;
    private Task? _loading;
    private Bounds? _arrangedBy;
    private bool _hasMissedCommit;

    /// <summary>Whether batches can be formed now.</summary>
    public bool IsReady => configuration.Bounds is null || _order is not null;

    /// <summary>Whether the namespace holds more than its bound, because that was lowered.</summary>
    public bool IsExceeded => configuration.Bounds is { } bounds && _order is { } order && !bounds.Hold(order.Count, order.Bytes);

    /// <summary>Bytes that the order of eviction holds in memory, by estimate.</summary>
    public long HeldBytes => _order?.HeldBytes ?? 0;

    /// <summary>Loads the order of eviction from the store.</summary>
    public Task LoadAsync() => _loading is { IsCompleted: false } loading ? loading : _loading = LoadOrderAsync();

    /// <summary>The room of the batch that is being formed; null: there is no bound, or it is not ready yet.</summary>
    public BatchRoom? OpenRoom(Instant at) => configuration.Bounds is { } bounds && _order is { } order ? new BatchRoom(order, bounds, at) : null;

    /// <summary>The committed memory at a key; null: there is none, or the namespace has no bound.</summary>
    public LivingMemory? Find(Coordinate coordinate) => _order?.Find(coordinate);

    public void ApplyOnTurn(CommitBatch batch)
    {
        _hasMissedCommit = true;
        _order?.ApplyOnTurn(batch);
    }

    /// <summary>Takes over changed settings.</summary>
    public void ChangeOnTurn()
    {
        if (configuration.Bounds is not { } bounds)
        {
            _order = null;
        }
        else if (bounds.HalfLife is not null && _arrangedBy?.HalfLife is null)
        {
            // The times of access are not known here yet, and are loaded together with the order.
            _order = null;
        }
        else if (_order is { } order && bounds != _arrangedBy)
        {
            Arrange(order, bounds);
        }
    }

    private void Arrange(EvictionOrder order, Bounds bounds)
    {
        order.Arrange(bounds);
        _arrangedBy = bounds;
    }

    private async Task LoadOrderAsync()
    {
        await Task.Yield();
        var namespaceId = owner.Current!.Id;
        EvictionOrder order;
        do
        {
            _hasMissedCommit = false;
            order = new EvictionOrder(counts, times);
            if (configuration.HalfLife is not null)
            {
                await times.EnsureLoadedAsync(namespaceId);
            }

            for (var before = long.MaxValue;
                await services.Forgetting.ReadLivingAsync(namespaceId, before, PageSize, CancellationToken.None) is [.., var last] page;
                before = last.Seq)
            {
                foreach (var memory in page)
                {
                    order.AddLoaded(memory);
                }
            }

            await reader.Settled;
        }
        while (_hasMissedCommit);

        if (configuration.Bounds is { } bounds)
        {
            Arrange(order, bounds);
            _order = order;
        }
    }
}
