using Microsoft.Extensions.Logging;

namespace Soma.Grains;

/// <summary>
/// Removes the inner exception of a store's failure before it leaves the silo: exceptions of a database driver cannot be serialized,
/// so the gateway would get a serialization failure instead.
/// </summary>
public sealed class StoreFailureFilter(StoreInstruments instruments, ILogger<StoreFailureFilter> logger) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
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
