using Microsoft.Extensions.Hosting;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Reading;

namespace Soma.Grains;

/// <summary>
/// Makes all instruments with the silo, and not with its first namespace: a rate over a series that begins with its first
/// event does not show that event.
/// </summary>
internal sealed class InstrumentsStart(EngineInstruments engine, StoreInstruments store, MemoryBudget budget, SearchPool searches) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Having been asked for is what makes them.
        _ = (engine, store, budget, searches);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
