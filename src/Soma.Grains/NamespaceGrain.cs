using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Core;
using Orleans.Storage;
using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains;

/// <summary>Brings one namespace's engine onto Orleans: turns, lifecycle, settings. No rule of memories lives here.</summary>
/// <remarks>
/// Reentrant because group commit needs it: while one commit is in flight, the next commands must be able to take their
/// places. The engine says at each <c>await</c> what may have changed.
/// </remarks>
[Reentrant]
public sealed class NamespaceGrain(
    EngineServices services,
    LocalNamespaces locals,
    StoreInstruments instruments,
    [FromKeyedServices(SettingsStorageExtensions.StorageName)] IGrainStorage storage,
    ILogger<NamespaceGrain> logger)
    : Grain, INamespaceGrain, IDisposable
{
    // Within the runtime's own DeactivationTimeout, so that what is queued is answered and the namespace is released.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);

    // How long an activation outlives its last sign of background work.
    private static readonly TimeSpan BusyTime = TimeSpan.FromMinutes(2);

    // Unique among all grains: storage files states by this name and the key alone.
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
        locals.Add(Key, GrainContext);
        _engine = new NamespaceEngine(Key, services, settings)
        {
            ActivationTime = services.Clock.GetElapsedTime(started),
            OnReplaced = DeactivateOnIdle,
            OnBusy = () => DelayDeactivation(BusyTime),
            // The silo's memory budget asks from other threads; the answer must come on a turn of this grain.
            PostTurn = turn => Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.None, turns),
        };
    }

    /// <summary>
    /// Read here and not by the runtime before activation: what the storage throws while the database is away must reach the
    /// caller as a store that is away, not as a defect.
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

    public Task<GetMemoryReply> GetAsync(GetMemory query, CancellationToken cancellationToken = default) =>
        Engine.GetAsync(query, cancellationToken);

    public Task<ListReply> ListAsync(ListMemories query, CancellationToken cancellationToken = default) =>
        Engine.ListAsync(query, cancellationToken);

    public Task<SearchReply> SearchAsync(SearchMemories query, CancellationToken cancellationToken = default) =>
        Engine.SearchAsync(query, cancellationToken);

    public Task<NeighborsReply> GetNeighborsAsync(GetNeighbors query, CancellationToken cancellationToken = default) =>
        Engine.GetNeighborsAsync(query, cancellationToken);

    public Task<PathReply> FindPathAsync(FindPath query, CancellationToken cancellationToken = default) =>
        Engine.FindPathAsync(query, cancellationToken);

    public async Task<bool> ReindexAsync(CancellationToken cancellationToken = default)
    {
        await Engine.ReindexAsync(cancellationToken);
        return true;
    }

    public Task<NamespaceSettings> GetSettingsAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(Kept.State);

    public async Task SetSettingsAsync(NamespaceSettings settings, CancellationToken cancellationToken = default)
    {
        var before = Kept.State;
        try
        {
            Kept.State = settings;
            await Kept.WriteStateAsync();
        }
        catch (Exception e)
        {
            // Another activation may have written meanwhile: what is kept now is read again by the next one.
            Kept.State = before;
            instruments.OnFailure();
            Log.SettingsUnwritable(logger, e.GetBaseException().Message);
            DeactivateOnIdle();
            throw new StoreUnavailableException("The namespace's settings cannot be written.");
        }

        Engine.ApplySettings(settings);
    }
}
