using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Forgetting;

namespace Soma.Testing.Storage;

// What the rules of forgetting go by.
public sealed partial class FaultyStore : IForgettingStore
{
    /// <summary>How often living memories were asked for, which only a namespace with a bound does.</summary>
    public int ReadsOfLiving { get; private set; }

    /// <summary>How often times of access were asked for, which only a namespace whose importance fades does.</summary>
    public int ReadsOfAccessTimes { get; private set; }

    /// <summary>How often amounts were asked for, which only a namespace with a quota and a key with a limit do.</summary>
    public int ReadsOfAmounts { get; private set; }

    private IForgettingStore Forgetting => (IForgettingStore)store;

    public Task<IReadOnlyList<LivingMemory>> ReadLivingAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken)
    {
        ReadsOfLiving++;
        return PassAsync(() => Forgetting.ReadLivingAsync(namespaceId, beforeSeq, limit, cancellationToken));
    }

    public Task<IReadOnlyList<HeldAmount>> ReadAmountsAsync(long namespaceId, Instant now, CancellationToken cancellationToken)
    {
        ReadsOfAmounts++;
        return PassAsync(() => Forgetting.ReadAmountsAsync(namespaceId, now, cancellationToken));
    }

    public Task<IReadOnlyList<AccessTime>> ReadAccessTimesAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken)
    {
        ReadsOfAccessTimes++;
        return PassAsync(() => Forgetting.ReadAccessTimesAsync(namespaceId, beforeSeq, limit, cancellationToken));
    }
}
