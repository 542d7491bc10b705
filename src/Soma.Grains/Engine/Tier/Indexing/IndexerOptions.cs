using System.ComponentModel.DataAnnotations;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>Page sizes and delays of an indexer.</summary>
public sealed record IndexerOptions
{
    /// <summary>How many log rows one step reads, and how many points one request writes.</summary>
    [Range(1, 100_000)]
    public int PageSize { get; init; } = 256;

    /// <summary>
    /// How long a request without an answer may still be applied: until the network drops its connection and the
    /// server's queue is empty. The points of such a request are checked again only after this time.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The delay between a failure and the next step.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often an idle indexer checks whether vectors were refined.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan IdleDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after the last pass, or the start, an idle indexer begins to compare the whole index with the memories.</summary>
    public TimeSpan VerifyInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Whether points also carry the weights of words. This is true for one space of a namespace only: the space of its
    /// texts.
    /// </summary>
    public bool IndexesWords { get; init; } = true;
}

/// <summary>The services that an indexer uses.</summary>
public sealed record IndexerParts
{
    public required IVectorIndex Index { get; init; }

    public required IChangeSource Changes { get; init; }

    public required IVectorSource Vectors { get; init; }

    public required IIndexCursorStore Cursors { get; init; }

    /// <summary>What the progress is filed under; null: the name of the space.</summary>
    public string? Cursor { get; init; }

    /// <summary>Which fields of a payload are indexed for words beside its text; null: all.</summary>
    public FieldSelection? Fields { get; init; }

    public required TimeProvider Clock { get; init; }

    public IndexerOptions Options { get; init; } = new();
}
