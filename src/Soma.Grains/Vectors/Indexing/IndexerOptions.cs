namespace Soma.Grains.Vectors.Indexing;

/// <summary>Page sizes and delays of an indexer.</summary>
public sealed record IndexerOptions
{
    /// <summary>How many log rows one step reads, and how many points one request writes.</summary>
    public int PageSize { get; init; } = 256;

    /// <summary>
    /// How long a request without an answer may still be applied: until the network drops its connection and the
    /// server's queue is empty. The points of such a request are checked again only after this time.
    /// </summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The delay between a failure and the next step.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often an idle indexer checks whether vectors were refined.</summary>
    public TimeSpan IdleDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether points also carry the weights of words. This is true for one space of a namespace only: the space of its
    /// texts.
    /// </summary>
    public bool IndexesWords { get; init; } = true;
}
