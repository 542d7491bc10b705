using Soma.Grains.Searching.Ranking;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching;

/// <summary>Which memories may be found at all.</summary>
public record SearchScope
{
    /// <summary>Null: memories of every type.</summary>
    public virtual MemoryType? Type => null;

    /// <summary>Only memories whose coordinates lie in this box; null: all.</summary>
    public virtual CoordinateBox? Box => null;

    public FilterExpression Filter { get; init; } = FilterExpression.Empty;

    /// <summary>A memory that has expired by then is not found. The recency of a search is measured from it, too.</summary>
    public required Instant Now { get; init; }
}

/// <summary>A client's search together with what the silo computed for it: the parsed filter and the query's vectors.</summary>
public sealed record SearchRequest : SearchScope
{
    /// <summary>What the client asked for.</summary>
    public required SearchMemories Asked { get; init; }

    public override MemoryType? Type => Asked.Type;

    /// <summary>The query's vector in the table's space, of length 1; null: the query is not compared there.</summary>
    public float[]? TextVector { get; init; }

    /// <summary>What the table knows of the query.</summary>
    public TextReading Reading { get; init; } = TextReading.None;

    /// <summary>The query's vector by the table, even where the sentence model embeds the query too; null: there is none.</summary>
    public float[]? TableVector { get; init; }

    /// <summary>Whether an embedder of the namespace's own makes the vectors of memories. Relevance is not told by the table's then.</summary>
    public bool HasOwnEmbedder { get; init; }

    /// <summary>What the query's words say; relevance counts them by it.</summary>
    public QueryWords Words { get; init; } = QueryWords.None;

    /// <summary>The query's vector in the sentence model's own space, of length 1; null: the query is not compared there.</summary>
    public float[]? ModelVector { get; init; }

    /// <summary>The name of the sentence model's own space; null: the query is not compared there.</summary>
    public string? ModelSpace { get; init; }

    /// <summary>How relevance is told by cosines in the sentence model's own space; null: it is not told by them.</summary>
    public RelevanceCurve? Curve { get; init; }

    /// <summary>The vector that the caller brought, as numbers; its dimension is the namespace's. Null: the caller brought none.</summary>
    public float[]? BroughtVector { get; init; }

    /// <summary>After how long the preference for newer memories has halved; above zero.</summary>
    public TimeSpan RecencyHalfLife { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How importance fades; null: it does not.</summary>
    public Fading? Fading { get; init; }

    /// <summary>The vectors as they were announced for shared scans of the snapshot; null: none was.</summary>
    internal AnnouncedScans? Announced { get; init; }

    /// <summary>Workers that may help; null: there are none.</summary>
    public IIdleWorkers? Idle { get; init; }

    /// <summary>Reads the links by which memories lend each other score; null: links do not count.</summary>
    public LinkReading? Links { get; init; }

    /// <summary>Which fields of a payload are indexed beside its text, so that phrases are looked for in them; null: all.</summary>
    public FieldSelection? Fields { get; init; }

    /// <summary>Whether the memories around a hit in its sequence lend it part of their scores.</summary>
    public bool UseContext { get; init; } = true;
}

/// <summary>The ranked memories, best first.</summary>
/// <param name="Hits">Which versions were ranked, and how; the caller reads their rows.</param>
/// <param name="NeedsPhrases">Whether a keyword search found only memories that hold all quoted phrases of its query.</param>
/// <param name="LacksPhrases">
/// Whether hits may be missing, because more memories could hold the quoted phrases of a keyword search than were read.
/// </param>
public sealed record SearchOutcome(IReadOnlyList<RankedMemory> Hits, bool NeedsPhrases, bool LacksPhrases)
{
    /// <summary>Keys that links would have lent score, and that the snapshot does not hold.</summary>
    public IReadOnlyCollection<Coordinate> Unheld { get; init; } = [];
}

/// <summary>One memory's place in a ranking.</summary>
/// <param name="Coordinate">The memory's key.</param>
/// <param name="Seq">The version that was ranked.</param>
/// <param name="Score">0–1. Higher is better; scores of one answer can be compared with each other.</param>
/// <param name="Relevance">0–1, whatever else the namespace holds; null: the query has no text.</param>
/// <param name="Explanation">The parts of the score; null unless the client asked for them.</param>
public readonly record struct RankedMemory(Coordinate Coordinate, long Seq, double Score, double? Relevance, ScoreExplanation? Explanation);

/// <summary>What is stored of a version's content.</summary>
/// <param name="Payload">The payload object, UTF-8 JSON.</param>
/// <param name="Text">What the client gave to be indexed in place of the payload's own text; null: nothing.</param>
public readonly record struct StoredContent(ReadOnlyMemory<byte> Payload, string? Text = null);

/// <summary>
/// Reads contents by seq, for filters and phrases that the index cannot decide. A version that was purged meanwhile is missing
/// from the result, and then does not pass.
/// </summary>
public delegate Task<IReadOnlyDictionary<long, StoredContent>> PayloadReader(
    IReadOnlyCollection<long> seqs, CancellationToken cancellationToken);

/// <summary>Reads the strongest links of some keys, whichever way they point; see <see cref="LinkedContext"/>.</summary>
public delegate Task<IReadOnlyList<LinkRow>> LinkReading(IReadOnlyCollection<Coordinate> keys, CancellationToken cancellationToken);
