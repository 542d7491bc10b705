using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Core.Internal;
using Soma.Grains.Storage.Forking;

namespace Soma.Grains;

/// <summary>Has the store fork a namespace, and answers only when nobody reads an older state under the new name.</summary>
public sealed class NamespaceForks(IForkStore store, IGrainFactory grains, IOptions<ClusterOptions> cluster, TimeProvider clock)
{
    private readonly ConcurrentDictionary<(NamespaceKey, string), Lazy<Task<ForkReply>>> _running = new();

    /// <summary>Forks. A repetition that arrives while the first attempt is under way waits for that one, so that nothing is copied twice.</summary>
    public async Task<ForkReply> ForkAsync(NamespaceKey source, ForkNamespace fork)
    {
        if (fork.Key is not { } key)
        {
            return await ForkOnceAsync(source, fork);
        }

        var place = (source, $"{key.Value}\n{Convert.ToHexString(key.RequestHash)}");
        var running = _running.GetOrAdd(place, _ => new Lazy<Task<ForkReply>>(() => ForkOnceAsync(source, fork)));
        try
        {
            return await running.Value;
        }
        finally
        {
            _running.TryRemove(KeyValuePair.Create(place, running));
        }
    }

    private async Task<ForkReply> ForkOnceAsync(NamespaceKey source, ForkNamespace fork)
    {
        var target = source with { Name = fork.To };
        // Not cancelled: a client that hangs up does not undo what it asked for.
        var result = await store.ForkAsync(
            new ForkRequest
            {
                Source = source,
                Target = target,
                AsOf = fork.AsOf,
                History = fork.History,
                Now = Instant.From(clock.GetUtcNow()),
                Key = fork.Key,
                ServiceId = cluster.Value.ServiceId,
            },
            CancellationToken.None);
        if (result.Status != ForkStatus.Forked)
        {
            return new ForkReply { Rejection = Refuse(source, target, result) };
        }

        // An owner that was awake under the name has the settings of before in memory.
        await grains.GetGrain<INamespaceGrain>(target.ToGrainKey()).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Task.Delay(result.Lease, clock);
        return new ForkReply { Seq = result.Seq, Memories = result.Memories, Links = result.Links };
    }

    private static Rejection Refuse(NamespaceKey source, NamespaceKey target, ForkResult result)
    {
        var kept = result.OldestSeq > result.NewestSeq
            ? "Kept is the present only."
            : string.Create(CultureInfo.InvariantCulture, $"Kept are the states of seq {result.OldestSeq} to {result.NewestSeq}.");
        var (status, detail) = result.Status switch
        {
            ForkStatus.NoSource => (404, $"Namespace {source.Name} not found"),
            ForkStatus.InUse => (409, $"Namespace {target.Name} is in use"),
            ForkStatus.KeyInUse => (409, "The Idempotency-Key was used for another request"),
            ForkStatus.NotYet => (400, $"as_of does not exist yet. {kept}"),
            _ => (410, $"The state of as_of is no longer kept. {kept}"),
        };
        return new Rejection { Status = status, Detail = detail };
    }
}
