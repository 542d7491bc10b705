using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Soma.Grains.Engine.Tier.Indexing;
using Soma.Grains.Storage.Sweeping;

namespace Soma.Grains.Engine;

/// <summary>Bounds and times of one namespace's engine.</summary>
public sealed record EngineOptions
{
    /// <summary>Most rows that may wait in a commit queue; one more is a 503.</summary>
    [Range(1, 1_000_000)]
    public int QueueRows { get; init; } = 20_000;

    /// <summary>Most bytes that commands may hold while they wait; one more is a 503.</summary>
    [Range(1, long.MaxValue)]
    public long QueueBytes { get; init; } = 64L << 20;

    /// <summary>Most rows one commit takes; a single larger command is still taken whole.</summary>
    [Range(1, 100_000)]
    public int BatchRows { get; init; } = 512;

    /// <summary>Most command bytes one commit takes; a single larger command is still taken whole.</summary>
    [Range(1, long.MaxValue)]
    public long BatchBytes { get; init; } = 4L << 20;

    /// <summary>How long a check of the epoch lets reads be served (<c>SOMA_READ_LEASE_SECONDS</c>).</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan ReadLease { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most receipts kept in memory; older ones are looked up in the store.</summary>
    [Range(0, 10_000_000)]
    public int ReceiptWindow { get; init; } = 1_000;

    /// <summary>Most bytes of receipts' answers kept in memory.</summary>
    [Range(0, long.MaxValue)]
    public long ReceiptWindowBytes { get; init; } = 1 << 20;

    /// <summary>Most memories whose GETs are counted between two commits; past it the counts are committed on their own.</summary>
    [Range(1, 1_000_000)]
    public int AccessCountWindow { get; init; } = 20_000;

    /// <summary>Most bytes a payload may grow to by patches; larger is a 413.</summary>
    [Range(1, int.MaxValue)]
    public int MaxPayloadBytes { get; init; } = 16 << 20;

    /// <summary>Most payload bytes one answer carries; the rest is left for the next page.</summary>
    [Range(1, int.MaxValue)]
    public int MaxAnswerBytes { get; init; } = 8 << 20;

    /// <summary>Most memories read in one page while an index is loaded. A page of large memories has fewer.</summary>
    [Range(1, Searching.LoadedSegment.LargestCapacity)]
    public int LoadPageSize { get; init; } = Searching.LoadedSegment.LargestCapacity;

    /// <summary>
    /// Most memories of a namespace that is searched in memory where there is a vector tier (<c>SOMA_RESIDENT_LIMIT</c>);
    /// without one there is no limit but the memory.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long ResidentLimit { get; init; } = 1_000_000;

    /// <summary>How the vector tier is kept in step.</summary>
    [ValidateObjectMembers]
    public IndexerOptions Indexer { get; init; } = new();

    /// <summary>How memories whose time is over are reclaimed.</summary>
    [ValidateObjectMembers]
    public SweepOptions Sweep { get; init; } = new();

    /// <summary>Most links that one walk over the graph may look at.</summary>
    [Range(1, 10_000_000)]
    public int LinkWalkBound { get; init; } = 10_000;
}
