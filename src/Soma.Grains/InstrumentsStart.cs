using Microsoft.Extensions.Hosting;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Reading;

namespace Soma.Grains;

/// <summary>
/// Makes all instruments when the silo starts, not when its first namespace does: a counter must exist at 0 before its first event,
/// or the rate over it does not show that event.
/// </summary>
internal sealed class InstrumentsStart(EngineInstruments engine, StoreInstruments store, MemoryBudget budget, SearchPool searches) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Resolving the instruments from the container creates them.
        _ = (engine, store, budget, searches);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
