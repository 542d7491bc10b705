using Microsoft.Extensions.Logging;

namespace Soma.Grains;

/// <summary>
/// Removes the inner exception of a store's failure before it leaves the silo: exceptions of a database driver cannot be serialized,
/// so the gateway would get a serialization failure instead. Refuses calls to namespaces while the store has lost acknowledged writes.
/// </summary>
public sealed class StoreFailureFilter(StoreInstruments instruments, LostWrites lost, ILogger<StoreFailureFilter> logger) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        RefuseIfLost(context);
        try
        {
            await context.Invoke();
        }
        catch (StoreUnavailableException e)
        {
            instruments.OnFailure();
            // The call itself may have met the server that lacks writes.
            RefuseIfLost(context);
            if (e.InnerException is null)
            {
                throw;
            }

            Log.StoreUnavailable(logger, e.InnerException.GetBaseException().Message);
            throw new StoreUnavailableException(e.Message);
        }
    }

    private void RefuseIfLost(IIncomingGrainCallContext context)
    {
        if (lost.Known is not null && context.Grain is NamespaceGrain
            && lost.DescribeFor(NamespaceKey.FromGrainKey(context.TargetId.Key.ToString()!)) is { } loss)
        {
            throw new StoreUnavailableException("The store has lost acknowledged writes.") { Loss = loss };
        }
    }
}
