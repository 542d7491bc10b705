using Orleans.Concurrency;

namespace Soma.Grains.Keys;

/// <summary>Keeps one access key: what it allows, the hashes of its tokens, and its usage.</summary>
/// <remarks>
/// It holds nothing in memory, so any number of activations may exist, and a silo that was cut off or frozen answers from the store
/// like every other one. A grain with one activation could go on in a silo that no longer belongs to the cluster, and would keep a revoked
/// key alive there.
/// </remarks>
[StatelessWorker, Reentrant]
public sealed class AccessKeyGrain(KeyStorage storage, TimeProvider clock) : Grain, IAccessKeyGrain
{
    internal const string StateName = "access-key";

    // Usage is written every few seconds. As a state of its own it never competes with a revocation.
    private const string UsageName = "access-key-usage";

    private StoredState<AccessKeyState> Kept => storage.Of<AccessKeyState>(StateName, this.GetGrainId());

    private StoredState<KeyUsageState> Usage => storage.Of<KeyUsageState>(UsageName, this.GetGrainId());

    public async Task<bool> CreateAsync(AccessKey key, byte[] hash, CancellationToken cancellationToken = default)
    {
        // The lists come first: an id in a list without a key is passed over, but a key that no list has could not be found and revoked.
        await GrainFactory.GetGrain<IAccessKeyIndexGrain>(AccessKeyIndex.Tenants).AddAsync(key.Tenant, cancellationToken);
        await GrainFactory.GetGrain<IAccessKeyIndexGrain>(AccessKeyIndex.Of(key.Tenant)).AddAsync(key.Id, cancellationToken);
        var stored = await Kept.ChangeAsync(kept => kept is null ? AccessKeyState.Of(key, hash) : null);
        return stored is { Hash: { } first } && first.AsSpan().SequenceEqual(hash);
    }

    public async Task<ListedKey?> GetAsync(CancellationToken cancellationToken = default)
    {
        if (await Kept.ReadAsync() is { RevokedAt: null } kept)
        {
            return new ListedKey(kept.ToKey(), (await Usage.ReadAsync() ?? new KeyUsageState()).ToUsage());
        }

        DeactivateOnIdle();
        return null;
    }

    public async Task<AccessKey?> RotateAsync(byte[] hash, TimeSpan overlap, CancellationToken cancellationToken = default)
    {
        var until = Instant.From(clock.GetUtcNow() + overlap);
        // A second attempt finds the new hash already stored, and must not take it for the one before.
        var stored = await Kept.ChangeAsync(kept => kept is not { RevokedAt: null } || kept.Hash.AsSpan().SequenceEqual(hash) ? null : kept.Rotate(hash, overlap > TimeSpan.Zero ? until : null));
        return stored is { RevokedAt: null } ? stored.ToKey() : null;
    }

    public async Task<bool> RevokeAsync(CancellationToken cancellationToken = default)
    {
        var now = Instant.From(clock.GetUtcNow());
        var stored = await Kept.ChangeAsync(kept => kept is { RevokedAt: null } ? kept.Revoke(now) : null);
        if (stored is null)
        {
            DeactivateOnIdle();
            return false;
        }

        await GrainFactory.GetGrain<IAccessKeyIndexGrain>(AccessKeyIndex.Of(stored.Tenant)).RemoveAsync(stored.Id, cancellationToken);
        return true;
    }

    public Task AddUsageAsync(KeyUsage usage, CancellationToken cancellationToken = default) =>
        Usage.ChangeAsync(kept => KeyUsageState.Of((kept ?? new KeyUsageState()).ToUsage() + usage));
}
