using Microsoft.Extensions.Hosting;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Reading;

namespace Soma.Grains;

/// <summary>
/// Makes all instruments when the silo starts, and not when its first namespace does. A series that begins with its first
/// event would hide that event from <c>rate()</c>.
/// </summary>
internal sealed class InstrumentsStart(EngineInstruments engine, StoreInstruments store, MemoryBudget budget, SearchPool searches) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The container has made them for the constructor of this class. Nothing else is to be done.
        _ = (engine, store, budget, searches);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
