using Microsoft.Extensions.Logging;
using Soma.Grains.Interfaces;

namespace Soma.Grains;

/// <summary>
/// Keeps what lies behind a store's failure on this silo: a driver's exceptions do not serialise, and would reach a gateway
/// as a failure of the serialiser.
/// </summary>
public sealed class StoreFailureFilter(StoreInstruments instruments, ILogger<StoreFailureFilter> logger) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            await context.Invoke();
        }
        catch (StoreUnavailableException e)
        {
            instruments.OnFailure();
            if (e.InnerException is null)
            {
                throw;
            }

            Log.StoreUnavailable(logger, e.InnerException.GetBaseException().Message);
            throw new StoreUnavailableException(e.Message);
        }
    }
}
