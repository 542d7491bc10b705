using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Storage.Forgetting;

namespace Soma.Grains.Engine.Quotas;

/// <summary>Knows what a namespace holds and who wrote it, so that no write exceeds the namespace's quota or the limits of its writer.</summary>
/// <remarks>
/// <para>Where neither is set, nothing is kept and no write takes another path. Else the first batch of an owner that needs it waits until
/// the store has added it up. From then on each commit updates it, so it is exact: the owner decides all writes of the namespace in order,
/// and a batch counts what its earlier commands take. What a failed batch has counted is dropped with it.</para>
/// <para>While it is added up no batch is formed, so only a commit of access counts can come between. Then it is added up again.</para>
/// <para>Runs on the grain's turn.</para>
/// </remarks>
internal sealed class NamespaceUsage(
    NamespaceKey key, EngineServices services, NamespaceOwner owner, RowReader reader, NamespaceBounds bounds, NamespaceConfiguration configuration)
{
    private HeldAmounts? _held;
    private Task? _loading;
    private bool _hasMissedCommit;

    /// <summary>Bytes that this takes in memory, by estimate.</summary>
    public long HeldBytes => _held?.Bytes ?? 0;

    /// <summary>Whether the command can be decided now.</summary>
    public bool IsReadyFor(WriteCommand command) =>
        _held is not null || (command.Limits is null && configuration.Settings is { QuotaMemories: null, QuotaBytes: null });

    public Task LoadAsync() => _loading is { IsCompleted: false } loading ? loading : _loading = LoadAmountsAsync();

    /// <summary>What is left to the batch that is being formed; null: nothing is counted yet.</summary>
    public QuotaRoom? OpenRoom(Instant at)
    {
        if (_held is not { } held)
        {
            return null;
        }

        held.Advance(at);
        return new QuotaRoom(held, at, key, configuration.Settings, services.KeyTotals) { Find = Find };
    }

    /// <param name="room">That of the batch that was committed.</param>
    public void ApplyOnTurn(QuotaRoom? room)
    {
        _hasMissedCommit = true;
        room?.Commit();
    }

    /// <summary>The committed memory at a key; null: there is none. Of memories that are evicted only the order of eviction may know.</summary>
    private LivingMemory? Find(Coordinate coordinate) => reader.Cache.TryGet(coordinate, out var row)
        ? row is { Alive: true } ? LivingMemory.Of(row) : null
        : bounds.Find(coordinate);

    private async Task LoadAmountsAsync()
    {
        await Task.Yield();
        HeldAmounts held;
        do
        {
            _hasMissedCommit = false;
            held = new HeldAmounts();
            foreach (var amount in await services.Forgetting.ReadAmountsAsync(owner.Current!.Id, owner.Now(), CancellationToken.None))
            {
                held.Add(amount.By, amount.ExpiresAt, new Amount(amount.Memories, amount.Bytes));
            }

            await reader.Settled;
        }
        while (_hasMissedCommit);

        _held = held;
        foreach (var writer in held.Writers)
        {
            services.KeyTotals.Set(writer, key, held.Of(writer));
        }
    }
}
