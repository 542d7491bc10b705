namespace Soma.Gateway.Answers;

/// <summary>Which parts of a hit are shown.</summary>
internal readonly record struct HitShape(bool HasPayload = true, bool HasEmbedding = false, bool IsFlat = false);

internal sealed record Hit
{
    public required string Coord { get; init; }

    public required NumberList Coordinate { get; init; }

    [Description("Where the key is an id: that id.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [Description("Left out where include does not name it.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RawJson? Payload { get; init; }

    public required MemoryKind MemoryType { get; init; }

    public required double Importance { get; init; }

    [Description("0–1, higher is better, comparable within one answer.")]
    public required double Score { get; init; }

    [Description("0–1: the chance that the memory has to do with the query, whatever else the namespace holds. Left out where the query has no text.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Relevance { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant UpdatedAt { get; init; }

    public required long Seq { get; init; }

    public required string EmbeddingSource { get; init; }

    [Description("The brought vector, where include names it.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VectorNumbers? Embedding { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Explanation? Explain { get; init; }

    public static Hit From(SearchHit hit, HitShape shape) => new()
    {
        Coord = hit.Memory.Coordinate.Text,
        Coordinate = NumberList.Of(hit.Memory.Coordinate),
        Id = hit.Memory.Coordinate.Id,
        Payload = shape.HasPayload ? new RawJson(hit.Memory.Payload) : null,
        MemoryType = hit.Memory.Type.ToKind(),
        Importance = hit.Memory.Importance,
        Score = hit.Score,
        Relevance = hit.Relevance,
        CreatedAt = hit.Memory.CreatedAt,
        UpdatedAt = hit.Memory.UpdatedAt,
        Seq = hit.Memory.Seq,
        EmbeddingSource = hit.Memory.EmbeddingSource,
        Embedding = shape.HasEmbedding ? new VectorNumbers(hit.Memory.BroughtVector) : null,
        Explain = hit.Explanation is { } explanation ? Explanation.From(explanation) : null,
    };
}

internal sealed record Explanation(
    double? Keyword,
    double? KeywordNormalised,
    double? Text,
    double? TextNormalised,
    double? Brought,
    double? BroughtNormalised,
    double? Context,
    [property: Description("What it gains because the query names its speaker.")] double? Speaker,
    [property: Description("What it gains by holding the query's quoted phrases; null where the query has none or the mode is not hybrid.")] double? Phrase,
    double? Recency,
    double? Importance,
    [property: Description("What it gains because the query's words stand in it and near it in its conversation.")] double? Coverage,
    [property: Description("How far the vectors were trusted, 0–1: how much the table knows of the query's and the memory's language.")] double? Trust,
    [property: Description("The cosine that relevance rests on; null where it rests on the words alone, as with an embedder of the namespace's own to which no curve was fitted.")] double? RelevanceCosine,
    [property: Description("The share of the query's words that relevance rests on.")] double? RelevanceCover,
    [property: Description("The space in which text was compared, where an embedder of the namespace's own made the vectors; else null.")] string? TextSpace,
    [property: Description("What relevance would be by the table's vectors, where an embedder of the namespace's own made the vectors; else null. soma calibrate fits a curve to it.")] double? RelevanceByTable,
    [property: Description("What it gains from memories that links join it to. Left out where expand was not given, or none lent it any."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Linked)
{
    public static Explanation From(ScoreExplanation parts) => new(
        parts.Keyword, parts.KeywordNormalised, parts.Text, parts.TextNormalised, parts.Brought, parts.BroughtNormalised,
        parts.Context, parts.Speaker, parts.Phrase, parts.Recency, parts.Importance,
        parts.Coverage, parts.Trust, parts.RelevanceCosine, parts.RelevanceCover, parts.TextSpace, parts.RelevanceByTable, parts.Linked);
}

internal abstract record HitsOf<T>
{
    public required T[] Memories { get; init; }

    [Description("The answer may lack memories, because a part of the search is away or still loading, or because more could hold a phrase than were read.")]
    public required bool Degraded { get; init; }

    [Description("Memories whose sentence-model vector is still to come.")]
    public required int Refining { get; init; }

    [Description("Present where hits were left out because the answer would have passed 8 MB.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Truncated { get; init; }
}

internal sealed record FlatHits : HitsOf<Flat<Hit>>;

internal sealed record Hits : HitsOf<Hit>
{
    public static Answer<Hits> ToAnswer(SearchReply reply, HitShape shape)
    {
        // Without payloads, a flat hit would be the same as any other.
        if (!shape.IsFlat || !shape.HasPayload)
        {
            return Answer<Hits>.Of(
                new Hits
                {
                    Memories = [.. reply.Hits.Select(hit => Hit.From(hit, shape))],
                    Degraded = reply.Degraded,
                    Refining = reply.Refining,
                    Truncated = reply.Truncated ? true : null,
                },
                reply.Hits.Sum(hit => AnswerSize.Of(hit.Memory, isFlat: false)));
        }

        var (count, bytes) = CountFlat(reply.Hits);
        return Answer<Hits>.Of(
            new FlatHits
            {
                Memories = [.. reply.Hits.Take(count).Select(hit => new Flat<Hit>(hit.Memory.Payload, Hit.From(hit, shape), hit.Memory.Coordinate.Id is not null))],
                Degraded = reply.Degraded,
                Refining = reply.Refining,
                Truncated = reply.Truncated || count < reply.Hits.Length ? true : null,
            },
            bytes);
    }

    /// <summary>How many flat hits fit into one answer, which holds their payloads twice. It is at least one.</summary>
    private static (int Count, long Bytes) CountFlat(SearchHit[] hits)
    {
        var bytes = 0L;
        for (var i = 0; i < hits.Length; i++)
        {
            var more = AnswerSize.Of(hits[i].Memory, isFlat: true);
            if (bytes + more > AnswerSize.Most && i > 0)
            {
                return (i, bytes);
            }

            bytes += more;
        }

        return (hits.Length, bytes);
    }
}
