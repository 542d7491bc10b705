namespace Soma.Grains.Engine.Owning;

/// <summary>How an owner learnt that another one has the namespace.</summary>
public enum FenceRefusal
{
    /// <summary>The store refused a commit under the old epoch.</summary>
    Commit,

    /// <summary>A check of the lease found a larger epoch, or no row.</summary>
    LeaseCheck,

    /// <summary>After an unknown outcome the epoch was no longer there to be advanced.</summary>
    EpochAdvance,
}
