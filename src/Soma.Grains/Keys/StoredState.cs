using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Soma.Grains.Keys;

/// <summary>Makes the stored states of access keys.</summary>
public sealed class KeyStorage(
    [FromKeyedServices(SettingsStorageExtensions.StorageName)] IGrainStorage storage, StoreInstruments instruments, ILogger<KeyStorage> logger)
{
    internal StoredState<T> Of<T>(string stateName, GrainId grain)
        where T : class, new() => new(stateName, grain, storage, OnFailure);

    private StoreUnavailableException OnFailure(Exception e)
    {
        instruments.OnFailure();
        Log.KeyStorageFailed(logger, e.GetBaseException().Message);
        return new StoreUnavailableException("The stored access key cannot be reached.");
    }
}

/// <summary>
/// One state of grain storage that is read anew for each use. Several silos may read and change it at once: a change that is based on an
/// older version is refused by the store, and is then made again from the newer version.
/// </summary>
internal sealed class StoredState<T>(string stateName, GrainId grain, IGrainStorage storage, Func<Exception, StoreUnavailableException> onFailure)
    where T : class, new()
{
    private const int Attempts = 10;

    /// <returns>Null: nothing was ever stored.</returns>
    public async Task<T?> ReadAsync()
    {
        var state = await LoadAsync();
        return state.RecordExists ? state.State : null;
    }

    /// <param name="change">Is given the stored state, or null if there is none, and returns the next one; null: nothing is to be stored.</param>
    /// <returns>What is stored now; null: nothing.</returns>
    public async Task<T?> ChangeAsync(Func<T?, T?> change)
    {
        for (var attempt = 1; ; attempt++)
        {
            var state = await LoadAsync();
            var before = state.RecordExists ? state.State : null;
            if (change(before) is not { } next)
            {
                return before;
            }

            state.State = next;
            try
            {
                await storage.WriteStateAsync(stateName, grain, state);
                return next;
            }
            catch (InconsistentStateException) when (attempt < Attempts)
            {
                // Somebody else has changed it meanwhile.
            }
            catch (Exception e)
            {
                throw onFailure(e);
            }
        }
    }

    private async Task<GrainState<T>> LoadAsync()
    {
        var state = new GrainState<T>();
        try
        {
            await storage.ReadStateAsync(stateName, grain, state);
            return state;
        }
        catch (Exception e)
        {
            throw onFailure(e);
        }
    }
}
