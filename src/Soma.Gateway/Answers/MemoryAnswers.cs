namespace Soma.Gateway.Answers;

internal sealed record Memory
{
    [Description("The canonical coordinate: the key.")]
    public required string Coord { get; init; }

    public required NumberList Coordinate { get; init; }

    [Description("Where the key is an id: that id.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [Description("Exactly as sent.")]
    public required RawJson Payload { get; init; }

    public required MemoryKind MemoryType { get; init; }

    public required double Importance { get; init; }

    [Description("Importance against the namespace's largest, 0–1.")]
    public required double ImportanceNorm { get; init; }

    [Description("How often the memory was read by its coordinate.")]
    public required long AccessCount { get; init; }

    [Description("Always empty; SomaFractalMemory's clients read it.")]
    public required RawJson Metadata { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant UpdatedAt { get; init; }

    [Description("The payload's own timestamp, whatever it is, else seconds since 1970 of created_at.")]
    public required RawJson Timestamp { get; init; }

    public required Instant? ExpiresAt { get; init; }

    public required long Version { get; init; }

    public required long Seq { get; init; }

    public required string EmbeddingSource { get; init; }

    public static Memory From(MemoryRecord memory) => new()
    {
        Coord = memory.Coordinate.Text,
        Coordinate = NumberList.Of(memory.Coordinate),
        Id = memory.Coordinate.Id,
        Payload = new RawJson(memory.Payload),
        MemoryType = memory.Type.ToKind(),
        Importance = memory.Importance,
        ImportanceNorm = memory.ImportanceNorm,
        AccessCount = memory.AccessCount,
        Metadata = default,
        CreatedAt = memory.CreatedAt,
        UpdatedAt = memory.UpdatedAt,
        Timestamp = TimestampOf(memory),
        ExpiresAt = memory.ExpiresAt,
        Version = memory.Version,
        Seq = memory.Seq,
        EmbeddingSource = memory.EmbeddingSource,
    };

    private static RawJson TimestampOf(MemoryRecord memory)
    {
        var own = PayloadMembers.Find(memory.Payload, "timestamp"u8);
        var made = (double)memory.CreatedAt.Microseconds / Instant.MicrosecondsPerSecond;
        return new RawJson(own.IsEmpty ? Encoding.ASCII.GetBytes(PythonFloat.Format(made)) : own);
    }
}

internal sealed record OneMemory(Memory Memory)
{
    public static Answer<OneMemory> ToAnswer(MemoryRecord record, bool isFlat)
    {
        var memory = Memory.From(record);
        var bytes = AnswerSize.Of(record, isFlat);
        return isFlat
            ? Answer<OneMemory>.Of(new OneFlatMemory(new Flat<Memory>(record.Payload, memory, memory.Id is not null)), bytes)
            : Answer<OneMemory>.Of(new OneMemory(memory), bytes);
    }
}

internal sealed record OneFlatMemory(Flat<Memory> Memory);

internal sealed record MemoryPage
{
    public required Memory[] Memories { get; init; }

    [Description("Where the next page starts; null on the last.")]
    public required string? NextCursor { get; init; }

    public static Answer<MemoryPage> ToAnswer(ListReply reply) => Answer<MemoryPage>.Of(
        new MemoryPage { Memories = [.. reply.Memories.Select(Memory.From)], NextCursor = reply.NextCursor },
        reply.Memories.Sum(memory => AnswerSize.Of(memory, isFlat: false)));
}

internal sealed record DeletedCount(long Deleted);

// The names of memory types in bodies and answers. This is no doc comment, because the OpenAPI document would repeat it at each use.
[JsonConverter(typeof(JsonStringEnumConverter<MemoryKind>))]
internal enum MemoryKind
{
    [JsonStringEnumMemberName("episodic")]
    Episodic,

    [JsonStringEnumMemberName("semantic")]
    Semantic,

    [JsonStringEnumMemberName("belief")]
    Belief,
}

internal static class MemoryTypeConversions
{
    public static MemoryKind ToKind(this MemoryType type) => type switch
    {
        MemoryType.Semantic => MemoryKind.Semantic,
        MemoryType.Belief => MemoryKind.Belief,
        _ => MemoryKind.Episodic,
    };
}
