namespace Soma.Grains.Interfaces;

/// <summary>What a search ranks memories by: words and vectors (hybrid), vectors alone, or words alone.</summary>
[GenerateSerializer, Alias("soma.search-mode")]
public enum SearchMode
{
    Hybrid = 0,
    Vector = 1,
    Keyword = 2,
}

/// <summary>Asks for the memories that fit a text, a vector, or both.</summary>
[GenerateSerializer, Immutable, Alias("soma.search-memories")]
public sealed record SearchMemories
{
    /// <summary>If it is empty, only the vector counts. Without a vector too, memories are listed by importance, then newest first.</summary>
    [Id(0)] public string Query { get; set; } = "";

    /// <summary>A query vector for the brought space: little-endian float32.</summary>
    [Id(1)] public byte[]? Vector { get; set; }

    /// <summary>1–1000.</summary>
    [Id(2)] public required int TopK { get; set; }

    [Id(3)] public int Offset { get; set; }

    /// <summary>The filter object, UTF-8 JSON, already checked by <c>Filtering.FilterParser</c>.</summary>
    [Id(4)] public byte[]? Filter { get; set; }

    [Id(5)] public MemoryType? Type { get; set; }

    [Id(6)] public SearchMode Mode { get; set; }

    /// <summary>The smallest score that a hit may have, 0–1.</summary>
    [Id(7)] public double MinScore { get; set; }

    [Id(8)] public bool Explain { get; set; }

    /// <summary>Whether hits carry their brought vectors.</summary>
    [Id(9)] public bool IncludeVector { get; set; }

    [Id(10)] public required TimeSpan Timeout { get; set; }

    /// <summary>Whether the sentence model embeds the query even where the table could.</summary>
    [Id(11)] public bool Accurate { get; set; }

    /// <summary>Whether approximations are forbidden.</summary>
    [Id(12)] public bool Exact { get; set; }

    /// <summary>How much newer memories are preferred, 0–1.</summary>
    [Id(13)] public double RecencyWeight { get; set; }

    /// <summary>How much more important memories are preferred, 0–1.</summary>
    [Id(14)] public double ImportanceWeight { get; set; }

    /// <summary>How many tokens the payloads of the answer may have together, four bytes counting as a token; null: any number.</summary>
    [Id(15)] public int? MaxTokens { get; set; }

    /// <summary>Whether hits come without their payloads. Payloads then do not count for the size of the answer.</summary>
    [Id(16)] public bool OmitPayload { get; set; }

    /// <summary>The smallest relevance that a hit may have, 0–1.</summary>
    [Id(17)] public double MinRelevance { get; set; }

    /// <summary>The field whose time recency goes by, named as in filters; null: the payload's timestamp, else the latest write.</summary>
    [Id(18)] public string? RecencyField { get; set; }

    /// <summary>Lets memories that are linked to others gain from their scores; null: links do not count.</summary>
    [Id(19)] public SearchExpansion? Expand { get; set; }

    /// <summary>The moment whose memories are searched; null: the present.</summary>
    [Id(20)] public Moment? AsOf { get; set; }
}

/// <summary>Which links lend score in a search.</summary>
[GenerateSerializer, Immutable, Alias("soma.search-expansion")]
public sealed record SearchExpansion
{
    /// <summary>How many links a score may pass, 1–2.</summary>
    [Id(0)] public int Hops { get; set; } = 1;

    /// <summary>Only links of these types; null: of every type.</summary>
    [Id(1)] public string[]? LinkTypes { get; set; }
}

/// <summary>The ranked memories.</summary>
[GenerateSerializer, Immutable, Alias("soma.search-reply")]
public sealed record SearchReply
{
    [Id(0)] public required SearchHit[] Hits { get; init; }

    /// <summary>Whether memories may be missing: the namespace is still being loaded, a model or the vector tier is away, or phrases were not all checked.</summary>
    [Id(1)] public bool Degraded { get; init; }

    /// <summary>Memories whose sentence-model vector is still to come.</summary>
    [Id(2)] public int Refining { get; init; }

    [Id(3)] public required long HeadSeq { get; init; }

    /// <summary>Whether hits were left out because the answer would have become too large.</summary>
    [Id(4)] public bool Truncated { get; init; }

    /// <summary>Why this namespace cannot serve the search, such as a vector of another dimension; null: it was served.</summary>
    [Id(5)] public Rejection? Rejection { get; init; }

    /// <summary>The seq of the moment that was read; null: the answer is of the present. Silos of earlier versions know only that.</summary>
    [Id(6)] public long? PastSeq { get; init; }
}

/// <summary>One memory with its score.</summary>
[GenerateSerializer, Immutable, Alias("soma.search-hit")]
public sealed record SearchHit
{
    [Id(0)] public required MemoryRecord Memory { get; init; }

    /// <summary>0–1, higher is better, comparable within one answer.</summary>
    [Id(1)] public required double Score { get; init; }

    /// <summary>The parts of the score; null unless they were asked for.</summary>
    [Id(2)] public ScoreExplanation? Explanation { get; init; }

    /// <summary>0–1: the chance that the memory has to do with the query, whatever else the namespace holds; null: the query has no text.</summary>
    [Id(3)] public double? Relevance { get; init; }
}

/// <summary>The parts of a score, raw and normalised. A part that did not count is null.</summary>
[GenerateSerializer, Immutable, Alias("soma.score-explanation")]
public sealed record ScoreExplanation
{
    /// <summary>BM25 of the query's words, unbounded.</summary>
    [Id(0)] public double? Keyword { get; init; }

    [Id(1)] public double? KeywordNormalised { get; init; }

    /// <summary>Cosine of the query's text and the memory's, −1 to 1.</summary>
    [Id(2)] public double? Text { get; init; }

    [Id(3)] public double? TextNormalised { get; init; }

    /// <summary>Cosine of the query vector and the brought one, −1 to 1.</summary>
    [Id(4)] public double? Brought { get; init; }

    [Id(5)] public double? BroughtNormalised { get; init; }

    /// <summary>What the memories around it in its sequence added to the score.</summary>
    [Id(6)] public double? Context { get; init; }

    /// <summary>How new it is, 0–1, halving with the namespace's half-life.</summary>
    [Id(7)] public double? Recency { get; init; }

    /// <summary>Its importance divided by the largest among the candidates, 0–1.</summary>
    [Id(8)] public double? Importance { get; init; }

    /// <summary>What it gains because the query names its speaker.</summary>
    [Id(9)] public double? Speaker { get; init; }

    /// <summary>What it gains by holding the query's quoted phrases; null: the query has none, or only memories that hold them are found.</summary>
    [Id(10)] public double? Phrase { get; init; }

    /// <summary>What it gains because the query's words stand in it and near it in its sequence.</summary>
    [Id(11)] public double? Coverage { get; init; }

    /// <summary>How far its vector and the query's were trusted, 0–1; null: words and vectors were not weighed against each other.</summary>
    [Id(12)] public double? Trust { get; init; }

    /// <summary>The cosine that the relevance rests on; null: it rests on the words alone.</summary>
    [Id(13)] public double? RelevanceCosine { get; init; }

    /// <summary>The share of the query's words, by what they say, that stand in it or near it in its sequence.</summary>
    [Id(14)] public double? RelevanceCover { get; init; }

    /// <summary>The space that <see cref="Text"/> was compared in, if an embedder of the namespace's own made the vectors; else null.</summary>
    [Id(15)] public string? TextSpace { get; init; }

    /// <summary>What the relevance would be by the table's vectors, if an embedder of the namespace's own made the vectors; else null.</summary>
    [Id(16)] public double? RelevanceByTable { get; init; }

    /// <summary>What memories that are linked to it added to the score; null: none did.</summary>
    [Id(17)] public double? Linked { get; init; }
}
