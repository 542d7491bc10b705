using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Soma.Grains.Keys;

/// <summary>Keeps what one writer holds in each namespace, so that the sum outlives the silos that have told it.</summary>
public sealed class KeyUsageGrain(
    [FromKeyedServices(SettingsStorageExtensions.StorageName)] IGrainStorage storage, StoreInstruments instruments) : Grain, IKeyUsageGrain
{
    // Must be unique among all grains, because grain storage knows a state by this name and the key only.
    internal const string StateName = "key-holdings";

    private GrainState<KeyHoldings>? _kept;

    public async Task<KeyHolding> ReportAsync(KeyHolding[] changes, CancellationToken cancellationToken = default)
    {
        try
        {
            var kept = _kept ?? await ReadAsync();
            var holdings = (kept.State ?? new KeyHoldings()).ByNamespace.ToDictionary(holding => holding.Namespace);
            if (Change(holdings, changes))
            {
                kept.State = new KeyHoldings { ByNamespace = [.. holdings.Values] };
                await storage.WriteStateAsync(StateName, this.GetGrainId(), kept);
            }

            _kept = kept;
            return new KeyHolding { Memories = holdings.Values.Sum(one => one.Memories), Bytes = holdings.Values.Sum(one => one.Bytes) };
        }
        catch (Exception)
        {
            // Another activation may have written. The silo tells its changes again, and they are read anew then.
            _kept = null;
            instruments.OnFailure();
            throw new StoreUnavailableException("What the key holds cannot be written.");
        }
    }

    private async Task<GrainState<KeyHoldings>> ReadAsync()
    {
        var kept = new GrainState<KeyHoldings> { State = new KeyHoldings() };
        await storage.ReadStateAsync(StateName, this.GetGrainId(), kept);
        return kept;
    }

    /// <returns>Whether anything is different now.</returns>
    private static bool Change(Dictionary<string, KeyHolding> holdings, KeyHolding[] changes)
    {
        var isChanged = false;
        foreach (var change in changes)
        {
            isChanged |= change is { Memories: 0, Bytes: 0 }
                ? holdings.Remove(change.Namespace)
                : holdings.GetValueOrDefault(change.Namespace) != change;
            if (change is not { Memories: 0, Bytes: 0 })
            {
                holdings[change.Namespace] = change;
            }
        }

        return isChanged;
    }
}

/// <summary>The state of a <see cref="KeyUsageGrain"/>.</summary>
[GenerateSerializer, Alias("soma.key-holdings")]
public sealed record KeyHoldings
{
    [Id(0)] public KeyHolding[] ByNamespace { get; set; } = [];
}
