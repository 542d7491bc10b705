using System.Collections.Concurrent;

namespace Soma.Gateway.Sending;

/// <summary>The gateway's only way to the namespaces: it sends requests to their grains, again if a silo does not answer.</summary>
/// <remarks>
/// Every write carries a key, the client's or one that the gateway made, so that its later attempts do nothing twice (see
/// <see cref="HedgedCall{TReply}"/>). A write takes no cancellation token: a client that hangs up does not undo what it asked for.
/// </remarks>
internal sealed class NamespaceClient(
    IGrainFactory grains, GatewayOptions options, RetryBudget budget, Backoff backoff, GatewayInstruments instruments, TimeProvider clock,
    ILocalReads? local = null)
{
    private const int MostReferences = 10_000;

    private readonly ConcurrentDictionary<NamespaceKey, INamespaceGrain> _references = [];

    private readonly SendingLimits _limits = new()
    {
        Timeout = options.RequestTimeout,
        AttemptLimit = options.AttemptLimit,
        Grace = TimeSpan.FromMilliseconds(250),
    };

    public Task<WriteReply> WriteAsync(NamespaceKey key, WriteCommand command) => SendAsync(
        new Operation<WriteReply>
        {
            Send = attempt => Grain(key).WriteAsync(attempt.Number == 1
                ? command
                : command with { Key = Repeated(command.Key, attempt), Timeout = attempt.TimeLeft }),
            IsWrite = true,
            SpeaksForAll = reply => Refusals.SpeakForAll(command, reply),
        },
        CancellationToken.None);

    public Task<DeleteManyReply> DeleteManyAsync(NamespaceKey key, DeleteMany request) => SendAsync(
        new Operation<DeleteManyReply>
        {
            Send = attempt => Grain(key).DeleteManyAsync(attempt.Number == 1
                ? request
                : request with { Key = Repeated(request.Key, attempt), Timeout = attempt.TimeLeft }),
            IsWrite = true,
        },
        CancellationToken.None);

    public Task<RewindReply> RewindAsync(NamespaceKey key, Rewind request) => SendAsync(
        new Operation<RewindReply>
        {
            Send = attempt => Grain(key).RewindAsync(attempt.Number == 1
                ? request
                : request with { Key = Repeated(request.Key, attempt), Timeout = attempt.TimeLeft }),
            IsWrite = true,
        },
        CancellationToken.None);

    public Task<DiffReply> DiffAsync(NamespaceKey key, DiffStates query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).DiffAsync(query with { Timeout = attempt.TimeLeft }, attempt.Cancellation), cancellationToken);

    public ValueTask<GetMemoryReply> GetAsync(NamespaceKey key, GetMemory query, CancellationToken cancellationToken) =>
        local?.TryGet(key, query) is { } reply ? new(reply) : new(ReadAsync(
            attempt => Grain(key).GetAsync(query with { Timeout = attempt.TimeLeft }, attempt.Cancellation), cancellationToken));

    public Task<HistoryReply> GetHistoryAsync(NamespaceKey key, GetHistory query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).GetHistoryAsync(query with { Timeout = attempt.TimeLeft }, attempt.Cancellation), cancellationToken);

    public Task<ListReply> ListAsync(NamespaceKey key, ListMemories query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).ListAsync(query with { Timeout = attempt.TimeLeft }, attempt.Cancellation), cancellationToken);

    public Task<SearchReply> SearchAsync(NamespaceKey key, SearchMemories query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).SearchAsync(query with { Timeout = attempt.TimeLeft }, attempt.Cancellation), cancellationToken);

    public Task<MapReply> GetMapAsync(NamespaceKey key, GetMap query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).GetMapAsync(query with { Timeout = attempt.TimeLeft }, attempt.Cancellation), cancellationToken);

    public Task<NeighborsReply> GetNeighborsAsync(NamespaceKey key, GetNeighbors query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).GetNeighborsAsync(query with { Timeout = attempt.TimeLeft }, attempt.Cancellation), cancellationToken);

    public Task<PathReply> FindPathAsync(NamespaceKey key, FindPath query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).FindPathAsync(query with { Timeout = attempt.TimeLeft }, attempt.Cancellation), cancellationToken);

    public Task<ChangesReply> ReadChangesAsync(NamespaceKey key, ReadChanges query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).ReadChangesAsync(query with { Timeout = attempt.TimeLeft }, attempt.Cancellation), cancellationToken);

    /// <summary>Sends one call, not hedged: whoever waits sends the next one anyway.</summary>
    public Task<ChangeMark> WaitForChangeAsync(NamespaceKey key, WaitForChange query)
    {
        var call = Grain(key).WaitForChangeAsync(query);
        call.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return call;
    }

    public Task<NamespaceSettings> GetSettingsAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        ReadAsync(attempt => Grain(key).GetSettingsAsync(attempt.Cancellation), cancellationToken);

    /// <summary>Setting the same twice is setting it once, so it needs no key.</summary>
    public Task SetSettingsAsync(NamespaceKey key, NamespaceSettings settings) => SendAsync(
        new Operation<bool>
        {
            Send = async attempt =>
            {
                await Grain(key).SetSettingsAsync(settings);
                return true;
            },
            IsWrite = true,
        },
        CancellationToken.None);

    /// <summary>A later attempt names the log that the first one saw, so it deletes nothing else.</summary>
    public Task<bool> DeleteAsync(NamespaceKey key, DeleteNamespace request) => SendAsync(
        new Operation<bool> { Send = _ => Grain(key).DeleteAsync(request), IsWrite = true },
        CancellationToken.None);

    /// <summary>Each attempt opens an export of its own; one whose answer was lost ends by itself.</summary>
    public async Task<(IExportGrain Export, ExportChunk First)> OpenExportAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        await ReadAsync(
            async attempt =>
            {
                var export = grains.GetGrain<IExportGrain>(Guid.NewGuid());
                return (export, await export.OpenAsync(key, attempt.Cancellation));
            },
            cancellationToken);

    public Task<ExportChunk> ReadExportAsync(IExportGrain export, long number, CancellationToken cancellationToken) =>
        ReadAsync(attempt => export.ReadAsync(number, CancellationToken.None), cancellationToken);

    public Task<ImportedLines> ReadImportAsync(ImportLines lines, CancellationToken cancellationToken) =>
        ReadAsync(attempt => grains.GetGrain<IImportGrain>(0).ReadAsync(lines, attempt.Cancellation), cancellationToken);

    public Task<NamespaceList> ListNamespacesAsync(ListNamespaces query, CancellationToken cancellationToken) =>
        ReadAsync(attempt => grains.GetGrain<ISystemGrain>(0).ListNamespacesAsync(query, attempt.Cancellation), cancellationToken);

    /// <summary>Making derived data anew twice is making it once.</summary>
    public Task<bool> ReindexAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        ReadAsync(attempt => Grain(key).ReindexAsync(attempt.Cancellation), cancellationToken);

    public Task<ForkReply> ForkAsync(NamespaceKey key, ForkNamespace fork) => SendAsync(
        new Operation<ForkReply> { Send = attempt => Grain(key).ForkAsync(fork with { Key = Repeated(fork.Key, attempt) }), IsWrite = true },
        CancellationToken.None);

    /// <summary>Sends an operation within the request's time and the gateway's retry budget, and counts the attempts.</summary>
    /// <param name="operation">What to send.</param>
    /// <param name="cancellationToken">Ends a read whose client has gone. A write goes on: a client that hangs up does not undo it.</param>
    /// <exception cref="OutcomeUnknownException">Some attempt of a write may have been applied, and none said so in time.</exception>
    /// <exception cref="DeadlinePassedException">No attempt was answered in time, and none was applied.</exception>
    public async Task<TReply> SendAsync<TReply>(Operation<TReply> operation, CancellationToken cancellationToken)
    {
        budget.OnRequest();
        instruments.Sending.OnFirst();
        try
        {
            return await new HedgedCall<TReply>(operation, _limits, backoff, MayRetry, clock).RunAsync(cancellationToken);
        }
        catch (OutcomeUnknownException)
        {
            instruments.Sending.OnOutcomeUnknown();
            throw;
        }
    }

    private Task<TReply> ReadAsync<TReply>(Func<Attempt, Task<TReply>> send, CancellationToken cancellationToken) =>
        SendAsync(new Operation<TReply> { Send = send }, cancellationToken);

    /// <summary>
    /// Orleans reads attributes of the interface by reflection whenever a reference is made, so references are kept. They hold
    /// nothing but a name. Beyond <see cref="MostReferences"/> they are all made anew.
    /// </summary>
    private INamespaceGrain Grain(NamespaceKey key)
    {
        if (_references.TryGetValue(key, out var reference))
        {
            return reference;
        }

        if (_references.Count >= MostReferences)
        {
            _references.Clear();
        }

        return _references[key] = grains.GetGrain<INamespaceGrain>(key.ToGrainKey());
    }

    // The owner looks for the first attempt in the log as far back as the attempt was sent.
    private IdempotencyKey? Repeated(IdempotencyKey? key, Attempt attempt) =>
        key is null ? null : key with { Attempt = attempt.Number, Age = _limits.Timeout - attempt.TimeLeft };

    private bool MayRetry(RetryReason reason)
    {
        if (!budget.TryTake())
        {
            instruments.Sending.OnBudgetExhausted();
            return false;
        }

        instruments.Sending.OnRetry(reason);
        return true;
    }
}
