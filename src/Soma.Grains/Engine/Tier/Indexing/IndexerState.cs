namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>How an indexer's step ended.</summary>
public enum IndexerState
{
    /// <summary>There may be more to do at once.</summary>
    Working,

    /// <summary>Everything is indexed, but some of it will be looked at again.</summary>
    Settling,

    /// <summary>Everything is indexed.</summary>
    CaughtUp,

    /// <summary>Somebody else moved the cursor. Whoever still owns the namespace may go on.</summary>
    Replaced,
}
