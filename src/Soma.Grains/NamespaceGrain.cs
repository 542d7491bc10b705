using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Core;
using Orleans.Storage;
using Soma.Grains.Engine;
using Soma.Grains.Storage.Compacting;

namespace Soma.Grains;

/// <summary>Runs the engine of one namespace as an Orleans grain: turns, lifecycle and settings. The rules of memories are in the engine.</summary>
/// <remarks>
/// The grain is reentrant because group commit needs it: while one commit is in flight, the next commands must be able to enter the
/// queue. So after each <c>await</c> the engine must expect that other calls have run.
/// </remarks>
[Reentrant]
public sealed class NamespaceGrain(
    EngineServices services,
    LocalNamespaces locals,
    StoreInstruments instruments,
    IOptions<ClusterOptions> cluster,
    [FromKeyedServices(SettingsStorageExtensions.StorageName)] IGrainStorage storage,
    ICompactionStore compactions,
    NamespaceForks forks,
    ILogger<NamespaceGrain> logger)
    : Grain, INamespaceGrain, IDisposable
{
    // Shorter than Orleans' DeactivationTimeout, so that queued commands are answered and the namespace is released before Orleans gives up.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);

    // How long an activation is kept after the engine last reported background work.
    private static readonly TimeSpan BusyTime = TimeSpan.FromMinutes(2);

    // How long new settings wait for what a lowered bound evicts. Shorter than a gateway waits before it sends them again.
    private static readonly TimeSpan EvictionTime = TimeSpan.FromSeconds(2);

    // Must be unique among all grains, because grain storage knows a state by this name and the key only.
    internal const string StateName = "namespace-settings";

    private StateStorageBridge<NamespaceSettings>? _kept;
    private NamespaceEngine? _engine;

    private NamespaceEngine Engine => _engine ?? throw new ReplacedException("This activation is stopping.");

    private NamespaceKey Key => NamespaceKey.FromGrainKey(this.GetPrimaryKeyString());

    private StateStorageBridge<NamespaceSettings> Kept => _kept ?? throw new ReplacedException("This activation is stopping.");

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var started = services.Clock.GetTimestamp();
        var settings = await ReadSettingsAsync();
        var turns = TaskScheduler.Current;
        _engine = new NamespaceEngine(Key, services, settings)
        {
            ActivationTime = services.Clock.GetElapsedTime(started),
            OnReplaced = DeactivateOnIdle,
            OnBusy = () => DelayDeactivation(BusyTime),
            // The memory budget of the silo calls from other threads; the engine must run on a turn of this grain.
            PostTurn = turn => Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.None, turns),
        };
        locals.Add(Key, GrainContext, _engine);
    }

    /// <summary>
    /// Reads the settings here, not by Orleans before the activation: if the database is away, the caller must get
    /// <see cref="StoreUnavailableException"/> (503), not the exception of a failed activation (500).
    /// </summary>
    private async Task<NamespaceSettings> ReadSettingsAsync()
    {
        _kept = new StateStorageBridge<NamespaceSettings>(StateName, GrainContext, storage);
        try
        {
            await _kept.ReadStateAsync();
            return _kept.State;
        }
        catch (Exception e)
        {
            instruments.OnFailure();
            Log.SettingsUnreadable(logger, e.GetBaseException().Message);
            throw new StoreUnavailableException("The namespace's settings cannot be read.");
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_engine is { } engine)
        {
            locals.Remove(Key);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(DrainTime);
            await engine.CloseAsync(deadline.Token);
        }
    }

    public void Dispose() => _engine?.Dispose();

    public Task<WriteReply> WriteAsync(WriteCommand command, CancellationToken cancellationToken = default) =>
        Engine.WriteAsync(command);

    public Task<DeleteManyReply> DeleteManyAsync(DeleteMany request, CancellationToken cancellationToken = default) =>
        Engine.DeleteManyAsync(request);

    public Task<RewindReply> RewindAsync(Rewind request, CancellationToken cancellationToken = default) =>
        Engine.RewindAsync(request);

    public Task<DiffReply> DiffAsync(DiffStates query, CancellationToken cancellationToken = default) => Engine.DiffAsync(
        query,
        asked => GrainFactory.GetGrain<INamespaceGrain>(query.Other!.Value.ToGrainKey()).DiffAsync(asked, cancellationToken),
        cancellationToken);

    public Task<GetMemoryReply> GetAsync(GetMemory query, CancellationToken cancellationToken = default) =>
        Engine.GetAsync(query, cancellationToken);

    public Task<HistoryReply> GetHistoryAsync(GetHistory query, CancellationToken cancellationToken = default) =>
        Engine.GetHistoryAsync(query, cancellationToken);

    public Task<ListReply> ListAsync(ListMemories query, CancellationToken cancellationToken = default) =>
        Engine.ListAsync(query, cancellationToken);

    public Task<SearchReply> SearchAsync(SearchMemories query, CancellationToken cancellationToken = default) =>
        Engine.SearchAsync(query, cancellationToken);

    public Task<MapReply> GetMapAsync(GetMap query, CancellationToken cancellationToken = default) =>
        Engine.GetMapAsync(query, cancellationToken);

    public Task<NeighborsReply> GetNeighborsAsync(GetNeighbors query, CancellationToken cancellationToken = default) =>
        Engine.GetNeighborsAsync(query, cancellationToken);

    public Task<PathReply> FindPathAsync(FindPath query, CancellationToken cancellationToken = default) =>
        Engine.FindPathAsync(query, cancellationToken);

    public Task<ChangesReply> ReadChangesAsync(ReadChanges query, CancellationToken cancellationToken = default) =>
        Engine.ReadChangesAsync(query, cancellationToken);

    public Task<ChangeMark> WaitForChangeAsync(WaitForChange query, CancellationToken cancellationToken = default) =>
        Engine.WaitForChangeAsync(query, cancellationToken);

    public Task<bool> DeleteAsync(DeleteNamespace request, CancellationToken cancellationToken = default) =>
        // The deletion is carried through even if the caller has gone: part of it may be done.
        Engine.RemoveAsync(EpochGeneration.NamespaceIdOf(request.LogId), cluster.Value.ServiceId, CancellationToken.None);

    public async Task<bool> ReindexAsync(CancellationToken cancellationToken = default)
    {
        await Engine.ReindexAsync(cancellationToken);
        return true;
    }

    public Task<ForkReply> ForkAsync(ForkNamespace fork, CancellationToken cancellationToken = default) => forks.ForkAsync(Key, fork);

    public Task<NamespaceSettings> GetSettingsAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(Engine.IsEvicting ? Kept.State with { IsEvicting = true } : Kept.State);

    public async Task SetSettingsAsync(NamespaceSettings settings, CancellationToken cancellationToken = default)
    {
        var before = Kept.State;
        settings = settings.After(before) with { IsEvicting = false };
        try
        {
            Kept.State = settings;
            await Kept.WriteStateAsync();
        }
        catch (Exception e)
        {
            // Another activation may have written meanwhile, so this activation ends and the next one reads the settings again.
            Kept.State = before;
            instruments.OnFailure();
            Log.SettingsUnwritable(logger, e.GetBaseException().Message);
            DeactivateOnIdle();
            throw new StoreUnavailableException("The namespace's settings cannot be written.");
        }

        Engine.ApplySettings(settings);
        if ((settings.KeepVersions ?? NamespaceSettings.DefaultKeptVersions) < (before.KeepVersions ?? NamespaceSettings.DefaultKeptVersions))
        {
            // Versions that were kept for their number were looked at already, and would stay until their memory is written again.
            await compactions.RestartCompactionAsync(Key, cancellationToken);
        }

        await Engine.HoldBoundsAsync(EvictionTime);
    }
}
