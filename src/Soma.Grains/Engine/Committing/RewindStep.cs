using System.Text.Json.Serialization;
using Soma.Grains.Engine.Past;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Committing;

/// <summary>One commit of a series. Its receipt holds the progress, until the last one.</summary>
/// <param name="Coordinates">The memories that are decided on, at most 1,000.</param>
/// <param name="IsLast">Whether this commit is the last of the series; its receipt is then the final one.</param>
internal abstract record SeriesStep(IReadOnlyList<Coordinate> Coordinates, bool IsLast) : WriteOperation
{
    /// <summary>How many rows the commit may take.</summary>
    public virtual int Rows => Coordinates.Count;
}

/// <summary>A memory as it was at the moment to which a namespace goes back; null: it did not exist.</summary>
internal readonly record struct RewoundMemory(Coordinate Coordinate, MemoryRow? Target, IndexedContent? Content);

/// <summary>One commit of a rewind. What differs from the moment is decided again when the batch is formed.</summary>
/// <param name="Memories">The memories that differed when they were compared.</param>
/// <param name="Links">Links as they were at the moment.</param>
/// <param name="GoneLinks">Links that there were none of at the moment.</param>
/// <param name="Progress">What the series has done before this commit, and where it stands after it.</param>
/// <param name="Purges">How many purges had been committed when the contents were read. If it is more by now, they are read again.</param>
/// <param name="IsLast">Whether this commit is the last of the series.</param>
internal sealed record RewindStep(
    IReadOnlyList<RewoundMemory> Memories, IReadOnlyList<LinkRow> Links, IReadOnlyList<LinkKey> GoneLinks, RewindProgress Progress, long Purges, bool IsLast)
    : SeriesStep([.. Memories.Select(memory => memory.Coordinate)], IsLast)
{
    /// <summary>The status of the refusal of a step whose contents must be read again. No client gets it.</summary>
    public const int Stale = 0;

    public override int Rows => Memories.Count + Links.Count + GoneLinks.Count;
}

/// <summary>How far a rewind has come; as JSON it is the body of the receipt.</summary>
/// <param name="Seq">The moment's seq.</param>
/// <param name="Now">The moment's time, microseconds.</param>
internal sealed record RewindProgress(long Seq, long Now)
{
    /// <summary>Whether the moment was named by its time; see <see cref="PastMoment"/>.</summary>
    public bool IsTime { get; init; }

    public long Stored { get; init; }

    public long Deleted { get; init; }

    public long Linked { get; init; }

    public long Unlinked { get; init; }

    /// <summary>The key behind which memories are still to be compared; null: all are.</summary>
    public string? After { get; init; }

    /// <summary>Whether all memories are done, and links are next.</summary>
    public bool InLinks { get; init; }

    [JsonIgnore]
    public bool HasAny => Stored + Deleted + Linked + Unlinked > 0;

    [JsonIgnore]
    public PastMoment Moment => new(Seq, new Instant(Now), IsTime);

    public static RewindProgress In(byte[] receiptBody) => JsonSerializer.Deserialize<RewindProgress>(receiptBody, Answers.Options)!;
}
