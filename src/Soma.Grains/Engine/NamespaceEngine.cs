using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Committing;
using Soma.Grains.Engine.Following;
using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Engine.Linking;
using Soma.Grains.Engine.Mapping;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Past;
using Soma.Grains.Engine.Quotas;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Engine.Refining;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Engine;

/// <summary>One namespace: everything a grain does, without Orleans, a database or a clock of its own.</summary>
/// <remarks>
/// All methods run on one task scheduler (the grain's, or a test's), one turn at a time, and return to it after every <c>await</c>.
/// Long work (preparing content, ranking) runs on other threads and does not touch the state of the engine.
/// </remarks>
public sealed class NamespaceEngine : IDisposable
{
    private readonly EngineServices _services;
    private readonly NamespaceOwner _owner;
    private readonly AccessCounts _accessCounts;
    private readonly DirectReads _direct;
    private readonly NamespaceIndex _index;
    private readonly NamespaceIndexes _indexes;
    private readonly CommitQueue _queue;
    private readonly CommitLoop _loop;
    private readonly HeldMemory _held;
    private readonly MemoryLookup _lookup;
    private readonly PastLookup _pastLookup;
    private readonly NamespaceSearch _search;
    private readonly NamespaceListing _listing;
    private readonly LinkReader _links;
    private readonly DeleteSeries _deletes;
    private readonly RewindSeries _rewinds;
    private readonly NamespaceDiff _diff;
    private readonly NamespaceConfiguration _configuration;
    private readonly NamespaceRefiner _refiner;
    private readonly NamespaceTier _tier;
    private readonly ChangeFeed _feed;
    private readonly NamespaceBounds _bounds;
    private readonly EvictionSeries _evictions;
    private readonly NamespaceUsage _usage;
    private readonly NamespaceMap _map;
    private readonly NamespaceKey _key;

    public NamespaceEngine(NamespaceKey key, EngineServices services, NamespaceSettings settings)
    {
        services = services with { Searches = services.Searches.ForNamespace() };
        (_key, _services) = (key, services);
        _configuration = new NamespaceConfiguration(services.Models, settings);
        var gauges = services.Instruments.Gauges.Open();
        var (store, options) = (services.Store, services.Options);
        var (cache, links) = (new RowCache(new DirectReads(services.Clock)), new LinkKnowledge());
        _direct = cache.Direct;
        var receipts = new ReceiptWindow(options.ReceiptWindow, options.ReceiptWindowBytes);
        var reader = new RowReader(store, cache, links, services.Instruments.Cache);
        _owner = new NamespaceOwner(key, services) { OnReplaced = OnOwnerReplaced };
        _feed = new ChangeFeed(services, _owner);
        _accessCounts = new AccessCounts(options.AccessCountWindow);
        var accessTimes = new AccessTimes(services.Forgetting, _configuration);
        _bounds = new NamespaceBounds(services, _owner, reader, _configuration, _accessCounts, accessTimes);
        _usage = new NamespaceUsage(key, services, _owner, reader, _bounds, _configuration);
        _index = new NamespaceIndex(services, _owner, reader, _configuration, gauges);
        _tier = new NamespaceTier(services, _owner, _configuration, reader, gauges);
        _indexes = new NamespaceIndexes(_index, _tier.Tail);

        var fetcher = new RowFetcher(store, reader, services.Instruments.Cache);
        var moments = new MomentFinder(services, _owner, reader);
        var similar = new SimilarMemories(services, _owner, _index, reader, fetcher, _configuration);
        var preparation = new WritePreparation(
            _owner, reader, new OperationLookup(store, _owner, _configuration), similar,
            new RevertPreparation(services, reader, moments, _configuration), services.Feed, _configuration, options);
        _queue = new CommitQueue(services, _owner, preparation, receipts, gauges);
        _loop = new CommitLoop(
            services, _queue, preparation, new Decider(_configuration, preparation, similar, options),
            new CommittedState(_owner, reader, _accessCounts, accessTimes, _bounds, _usage, receipts, _indexes, similar, _feed));
        _evictions = new EvictionSeries(services, _owner, _queue, _bounds, _configuration) { OnBusy = () => OnBusy() };

        var records = new Records(_accessCounts, _configuration, _index);
        var readable = new ReadableIndex(services, _owner, _index);
        var past = new PastReader(services, reader, moments, _configuration);
        _pastLookup = new PastLookup(services, _owner, past.Moments, records);
        _lookup = new MemoryLookup(_owner, cache, fetcher, records, _accessCounts, accessTimes)
        {
            OnCountsFull = () => PostTurn(() => _ = _loop.FlushAsync()),
        };
        _listing = new NamespaceListing(services, _owner, readable, past, fetcher, records);
        _links = new LinkReader(services, _owner, reader, past);
        _search = new NamespaceSearch(
            services, _configuration, readable, new LargeSearch(services, _owner, _tier), past, fetcher, records, _links, accessTimes);
        var series = new KeyedSeries(services, _owner, _queue, reader);
        _deletes = new DeleteSeries(services, _owner, _queue, _index, series, fetcher);
        _rewinds = new RewindSeries(services, _owner, _queue, reader, past, series, _configuration);
        _diff = new NamespaceDiff(services, _owner, moments);

        _refiner = new NamespaceRefiner(services, _owner, _indexes, _configuration) { OnBusy = () => OnBusy() };
        _map = new NamespaceMap(services, _owner, _index, readable, reader, fetcher, _configuration) { OnBusy = () => OnBusy() };
        _held = new HeldMemory(cache, _indexes, receipts, _bounds, _usage, _map, gauges);
        _held.Register(services.Budget, shed => PostTurn(shed));
    }

    /// <summary>How long the activation took before the engine was made; it counts as part of the time to take the namespace.</summary>
    public TimeSpan ActivationTime
    {
        init => _owner.ActivationTime = value;
    }

    /// <summary>Called once when another activation owns the namespace.</summary>
    public Action OnReplaced { get; init; } = static () => { };

    /// <summary>Called during background work for which the activation should be kept.</summary>
    public Action OnBusy { get; init; } = static () => { };

    /// <summary>Runs an action on a later turn; callable from any thread.</summary>
    public Action<Action> PostTurn { get; init; } = static turn => turn();

    public async Task<WriteReply> WriteAsync(WriteCommand command)
    {
        using var running = _services.Load.Enter();
        _held.Touch();
        var reply = await _queue.WriteAsync(command);
        OnRequestEnded();
        return reply;
    }

    public Task<DeleteManyReply> DeleteManyAsync(DeleteMany request) => RunSeriesAsync(() => _deletes.RunAsync(request));

    public Task<RewindReply> RewindAsync(Rewind request) => RunSeriesAsync(() => _rewinds.RunAsync(request));

    /// <summary>Answers a get without a turn, on any thread; null: call <see cref="GetAsync"/> on a turn.</summary>
    public GetMemoryReply? TryGetDirectly(GetMemory query)
    {
        var reply = _lookup.TryGetDirectly(query);
        if (reply is not null)
        {
            _services.Load.OnEnded();
            _services.Instruments.Cache.OnLookedUp(wanted: 1, missing: 0);
        }

        return reply;
    }

    public Task<GetMemoryReply> GetAsync(GetMemory query, CancellationToken cancellationToken) =>
        ReadAsync(
            query.Timeout,
            deadline => query.AsOf is { } moment ? _pastLookup.GetAsync(query, moment, deadline) : _lookup.GetAsync(query, deadline),
            cancellationToken);

    public Task<HistoryReply> GetHistoryAsync(GetHistory query, CancellationToken cancellationToken) =>
        ReadAsync(query.Timeout, deadline => _pastLookup.GetHistoryAsync(query, deadline), cancellationToken);

    public Task<ListReply> ListAsync(ListMemories query, CancellationToken cancellationToken) =>
        ReadAsync(query.Timeout, deadline => _listing.ListAsync(query, deadline), cancellationToken);

    public Task<SearchReply> SearchAsync(SearchMemories query, CancellationToken cancellationToken) =>
        ReadAsync(query.Timeout, deadline => _search.SearchAsync(query, deadline), cancellationToken);

    /// <summary>Answers at once with the map that there is, and has one made in the background if it is wanted.</summary>
    public Task<MapReply> GetMapAsync(GetMap query, CancellationToken cancellationToken) =>
        ReadAsync(query.Timeout, deadline => _map.AskAsync(query, deadline), cancellationToken);

    public Task<NeighborsReply> GetNeighborsAsync(GetNeighbors query, CancellationToken cancellationToken) =>
        ReadAsync(query.Timeout, deadline => _links.FindNeighborsAsync(query, deadline), cancellationToken);

    public Task<PathReply> FindPathAsync(FindPath query, CancellationToken cancellationToken) =>
        ReadAsync(query.Timeout, deadline => _links.FindPathAsync(query, deadline), cancellationToken);

    public Task<ChangesReply> ReadChangesAsync(ReadChanges query, CancellationToken cancellationToken) =>
        ReadAsync(query.Timeout, deadline => _feed.ReadAsync(query, deadline), cancellationToken);

    /// <summary>Waits for a change. A wait counts neither as load nor as use of the namespace, because it lasts long and does nothing.</summary>
    public Task<ChangeMark> WaitForChangeAsync(WaitForChange query, CancellationToken cancellationToken) => _feed.WaitAsync(query, cancellationToken);

    /// <summary>Ends the waits for changes, on any thread: an activation with calls under way cannot be deactivated.</summary>
    public void EndWaits() => PostTurn(_feed.EndOnTurn);

    /// <param name="query">Which states are compared.</param>
    /// <param name="askOther">Asks the owner of the namespace that the query names beside this one.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    public Task<DiffReply> DiffAsync(DiffStates query, Func<DiffStates, Task<DiffReply>> askOther, CancellationToken cancellationToken) =>
        ReadAsync(query.Timeout, deadline => _diff.DiffAsync(query, askOther, deadline), cancellationToken);

    /// <summary>Applies new settings. If they change what the index holds, the index is dropped and the next search builds it again.</summary>
    public void ApplySettings(NamespaceSettings settings)
    {
        _direct.Clear();
        if (!_configuration.Apply(settings))
        {
            _indexes.Drop();
            _map.Drop();
        }

        _bounds.ChangeOnTurn();
        _indexes.ChangeSpaceOnTurn();
        _refiner.Interrupt();
        OnRequestEnded();
    }

    /// <summary>Deletes the namespace whole; see <see cref="NamespaceOwner.RemoveAsync"/>. This engine answers nothing afterwards.</summary>
    public async Task<bool> RemoveAsync(long id, string serviceId, CancellationToken cancellationToken)
    {
        var held = await _services.Forgetting.ReadAmountsAsync(id, default, cancellationToken);
        var wasThere = await _owner.RemoveAsync(id, serviceId, cancellationToken);
        foreach (var writer in held.Select(amount => amount.By).OfType<string>().Distinct())
        {
            _services.KeyTotals.GiveBack(writer, _key);
        }

        return wasThere;
    }

    /// <summary>Whether memories are being evicted because a bound was lowered.</summary>
    public bool IsEvicting => _evictions.IsRunning;

    /// <summary>Evicts what the settings leave too many. Returns when the bound holds, or after <paramref name="patience"/>, while the evictions go on.</summary>
    public Task HoldBoundsAsync(TimeSpan patience) => _evictions.RunAsync(patience);

    /// <summary>Builds all derived data of the namespace again from the store, while the namespace is being served.</summary>
    public async Task ReindexAsync(CancellationToken deadline)
    {
        if (await _owner.EnsureReadableAsync(deadline) is { } owned)
        {
            await _tier.ReindexAsync(owned, deadline);
            _index.Drop();
            OnRequestEnded();
        }
    }

    /// <summary>Refuses new commands, answers the queued ones, and releases the namespace, so that its next owner need not wait for the lease.</summary>
    public async Task CloseAsync(CancellationToken deadline)
    {
        _direct.Close();
        _feed.EndOnTurn();
        for (var left = _accessCounts.Count; left > 0 && !deadline.IsCancellationRequested; left -= AccessCounts.MostACommit)
        {
            await _loop.FlushAsync().WaitAsync(deadline).ContinueWith(static _ => { }, TaskScheduler.Current);
        }

        await _loop.CloseAsync(deadline);
        Dispose();
        try
        {
            await _owner.ReleaseAsync(deadline);
        }
        catch (Exception e) when (e is SomaException or OperationCanceledException)
        {
            // The namespace stays unreleased, so its next owner waits until the lease has run out.
        }
    }

    public void Dispose()
    {
        _refiner.Dispose();
        _map.Dispose();
        _tier.Dispose();
        _held.Dispose();
        _loop.Dispose();
    }

    private void OnOwnerReplaced()
    {
        _feed.EndOnTurn();
        OnReplaced();
    }

    private async Task<T> ReadAsync<T>(TimeSpan time, Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var running = _services.Load.Enter();
        _held.Touch();
        var reply = await Deadline.RunAsync(time, _services.Clock, read, cancellationToken);
        OnRequestEnded();
        return reply;
    }

    private async Task<T> RunSeriesAsync<T>(Func<Task<T>> request)
    {
        using var running = _services.Load.Enter();
        _held.Touch();
        var reply = await request();
        OnRequestEnded();
        return reply;
    }

    /// <summary>Does what follows each request: takes expired memories out of the index, reports the held bytes to the budget, and wakes the refiner.</summary>
    private void OnRequestEnded()
    {
        _indexes.ReclaimOnTurn(_owner.Now());
        _held.Report();
        _refiner.Wake();
        if (_tier.Wake())
        {
            _index.Drop();
        }
    }
}
