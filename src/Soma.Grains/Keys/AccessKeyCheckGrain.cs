using System.Security.Cryptography;
using Orleans.Concurrency;

namespace Soma.Grains.Keys;

/// <summary>Compares the hash of a token with those of the stored key.</summary>
/// <remarks>
/// A grain for each id in a token would be made and ended for every made-up one, and would answer later for an id that nobody has than for one
/// that exists. Here both cost one read of the store and two comparisons.
/// </remarks>
[StatelessWorker, Reentrant]
public sealed class AccessKeyCheckGrain(KeyStorage storage, TimeProvider clock) : Grain, IAccessKeyCheckGrain
{
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    public async Task<ValidKey?> ValidateAsync(string id, byte[] hash, CancellationToken cancellationToken = default)
    {
        var grain = GrainFactory.GetGrain<IAccessKeyGrain>(AccessKey.ToGrainKey(id)).GetGrainId();
        var kept = await storage.Of<AccessKeyState>(AccessKeyGrain.StateName, grain).ReadAsync();
        // Both hashes are compared in any case, so that the time does not tell which one is wrong.
        var isCurrent = CryptographicOperations.FixedTimeEquals(hash, kept?.Hash ?? NoHash);
        var isPrevious = CryptographicOperations.FixedTimeEquals(hash, kept?.PreviousHash ?? NoHash) && kept?.PreviousHash is not null;
        if (kept is not { RevokedAt: null } || !(isCurrent || isPrevious))
        {
            return null;
        }

        var key = kept.ToKey();
        var until = isCurrent ? key.ExpiresAt : Earlier(key.PreviousUntil, key.ExpiresAt);
        return until is null || Instant.From(clock.GetUtcNow()) < until ? new ValidKey(key, until) : null;
    }

    public Task<ValidKey?> ValidateElsewhereAsync(string id, byte[] hash, CancellationToken cancellationToken = default) =>
        ValidateAsync(id, hash, cancellationToken);

    private static Instant? Earlier(Instant? first, Instant? second) =>
        first is { } one && second is { } other ? (one < other ? one : other) : first ?? second;
}
