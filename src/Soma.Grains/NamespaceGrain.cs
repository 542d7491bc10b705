using Orleans.Concurrency;
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
    [PersistentState("namespace-settings", SettingsStorageExtensions.StorageName)] IPersistentState<NamespaceSettings> kept)
    : Grain, INamespaceGrain, IDisposable
{
    // Within the runtime's own DeactivationTimeout, so that what is queued is answered and the namespace is released.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);

    private NamespaceEngine? _engine;

    private NamespaceEngine Engine => _engine ?? throw new ReplacedException("This activation is stopping.");

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var turns = TaskScheduler.Current;
        _engine = new NamespaceEngine(NamespaceKey.FromGrainKey(this.GetPrimaryKeyString()), services, kept.State)
        {
            OnReplaced = DeactivateOnIdle,
            // The silo's memory budget asks from other threads; the answer must come on a turn of this grain.
            PostTurn = turn => Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.None, turns),
        };
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_engine is { } engine)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(DrainTime);
            await engine.CloseAsync(patience.Token);
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

    public Task<NamespaceSettings> GetSettingsAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(kept.State);

    public async Task SetSettingsAsync(NamespaceSettings settings, CancellationToken cancellationToken = default)
    {
        kept.State = settings;
        await kept.WriteStateAsync(cancellationToken);
        Engine.ApplySettings(settings);
    }
}
