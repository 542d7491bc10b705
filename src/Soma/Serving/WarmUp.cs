using System.Diagnostics.Metrics;
using Orleans.Core.Internal;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Refining;
using Soma.Grains.Storage.Sqlite;

namespace Soma.Serving;

/// <summary>Stores and finds one memory in a database of its own while the silo starts, before the process is ready.</summary>
/// <remarks>
/// The runtime prepares code when it runs for the first time. The first store of a process took 160 ms for that reason, and the
/// second took 10. The database lies in a temporary folder, which is deleted afterwards, and its engine has meters that nobody
/// reads. So no namespace holds the memory, and no metric counts it. The way to a grain is warmed by a read of a namespace that
/// no request can name, which stores nothing.
/// </remarks>
public sealed class WarmUp(EngineServices services, IGrainFactory grains, ILogger<WarmUp> logger) : IHostedService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // The gateway refuses these names.
    private static readonly NamespaceKey Unreachable = new("~", "~");

    private static readonly Coordinate Place = Coordinate.FromCanonical("1.0,2.0");

    private Task<bool> _running = Task.FromResult(false);

    /// <summary>Begins as soon as the process's own store is open, while the silo starts. Returns whether the memory was stored and found.</summary>
    public Task<bool> Begin() => _running = Task.Run(() => TryAsync(StoreElsewhereAsync));

    /// <summary>Runs when the silo has started, and keeps Kestrel, which starts last, from listening before the code is warm.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(_running, TryAsync(ReadNothingAsync)).WaitAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> TryAsync(Func<Task> run)
    {
        try
        {
            await run();
            return true;
        }
        // A process that can serve must start, whatever keeps it from rehearsing. Its first requests then take longer.
        catch (Exception failure)
        {
            Log.WarmUpFailed(logger, failure.Message);
            return false;
        }
    }

    private async Task ReadNothingAsync()
    {
        var grain = grains.GetGrain<INamespaceGrain>(Unreachable.ToGrainKey());
        await grain.GetAsync(new GetMemory { Coordinate = Place, Timeout = Limit });
        await grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
    }

    private async Task StoreElsewhereAsync()
    {
        var folder = Directory.CreateTempSubdirectory("soma-warm-up-");
        try
        {
            await RunAsync(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task RunAsync(string folder)
    {
        using var database = new SqliteDatabase(folder);
        await database.InitializeAsync(CancellationToken.None);
        var store = new SqliteStore(database);
        using var meter = new Meter("Soma.WarmUp");
        var instruments = new EngineInstruments(meter, services.Options);
        var own = services with
        {
            Store = store,
            Embeddings = store,
            Forgetting = store,
            VectorCursors = store,
            Vectors = null,
            Leases = new LeaseKeeper(store, services.Clock, instruments.Owning),
            Budget = new MemoryBudget(services.Budget.LimitBytes),
            Load = new RequestLoad(services.Clock),
            Instruments = instruments,
        };
        var turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        await Task.Factory.StartNew(() => StoreAndFindAsync(own, turns), CancellationToken.None, TaskCreationOptions.None, turns).Unwrap();
    }

    private static async Task StoreAndFindAsync(EngineServices services, TaskScheduler turns)
    {
        // The table alone: the sentence model would be loaded for a memory that nobody asks for.
        using var engine = new NamespaceEngine(Unreachable, services, new NamespaceSettings { Embedder = "fast" })
        {
            PostTurn = turn => Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.None, turns),
        };
        await engine.WriteAsync(new WriteCommand
        {
            Operations =
            [
                new PutMemory
                {
                    Coordinate = Place,
                    Payload = """{"text":"The kettle is in the blue cupboard"}"""u8.ToArray(),
                    Type = MemoryType.Episodic,
                    Importance = 1,
                },
            ],
            Answer = AnswerKind.Store,
            Key = new IdempotencyKey { Value = "g:warm-up", RequestHash = new byte[32] },
            Timeout = Limit,
            Bytes = 100,
        });
        await engine.GetAsync(new GetMemory { Coordinate = Place, Timeout = Limit }, CancellationToken.None);
        _ = await engine.SearchAsync(new SearchMemories { Query = "where is the kettle?", TopK = 1, Timeout = Limit }, CancellationToken.None);
        using var deadline = new CancellationTokenSource(Limit);
        await engine.CloseAsync(deadline.Token);
    }
}
