namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>The result of an indexer's step.</summary>
public enum IndexerState
{
    /// <summary>There may be more work at once.</summary>
    Working,

    /// <summary>Everything is indexed. Some points must be checked again when the settle time is over.</summary>
    Settling,

    /// <summary>Everything is indexed.</summary>
    CaughtUp,

    /// <summary>Another process moved the cursor. Only the current owner of the namespace may go on indexing.</summary>
    Replaced,
}
