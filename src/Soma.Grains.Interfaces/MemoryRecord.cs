namespace Soma.Grains.Interfaces;

/// <summary>A memory as readers get it: always the stored row, never the copy in a search index.</summary>
[GenerateSerializer, Immutable, Alias("soma.memory")]
public sealed record MemoryRecord
{
    [Id(0)] public required Coordinate Coordinate { get; init; }

    /// <summary>The payload object as the client sent it: UTF-8 JSON, byte for byte.</summary>
    [Id(1)] public required byte[] Payload { get; init; }

    [Id(2)] public required MemoryType Type { get; init; }

    [Id(3)] public required double Importance { get; init; }

    /// <summary><see cref="Importance"/> divided by the namespace's largest, 0–1.</summary>
    [Id(4)] public double ImportanceNorm { get; init; }

    /// <summary>How often the memory was read by its key. A crash may lose the latest counts.</summary>
    [Id(5)] public long AccessCount { get; init; }

    [Id(6)] public required Instant CreatedAt { get; init; }

    [Id(7)] public required Instant UpdatedAt { get; init; }

    [Id(8)] public Instant? ExpiresAt { get; init; }

    [Id(9)] public required long Version { get; init; }

    /// <summary>The place of the memory's latest write in the order of its namespace.</summary>
    [Id(10)] public required long Seq { get; init; }

    /// <summary><c>precomputed</c> for a brought vector, else the embedding model's name, else <c>none</c>.</summary>
    [Id(11)] public required string EmbeddingSource { get; init; }

    /// <summary>The brought vector as little-endian float32; null unless it was asked for.</summary>
    [Id(12)] public byte[]? BroughtVector { get; init; }
}

/// <summary>Asks for one memory by its coordinate.</summary>
[GenerateSerializer, Immutable, Alias("soma.get-memory")]
public sealed record GetMemory
{
    [Id(0)] public required Coordinate Coordinate { get; init; }

    [Id(1)] public required TimeSpan Timeout { get; init; }

    /// <summary>The moment whose memory is wanted; null: the present.</summary>
    [Id(2)] public Moment? AsOf { get; init; }
}

/// <summary>The answer to <see cref="GetMemory"/>.</summary>
[GenerateSerializer, Immutable, Alias("soma.get-memory-reply")]
public sealed record GetMemoryReply
{
    /// <summary>Null: no such memory, or it has expired.</summary>
    [Id(0)] public MemoryRecord? Memory { get; init; }

    /// <summary>The namespace's newest seq that this answer reflects.</summary>
    [Id(1)] public required long HeadSeq { get; init; }

    /// <summary>Why the moment that was asked for cannot be read; null: it was.</summary>
    [Id(2)] public Rejection? Rejection { get; init; }

    /// <summary>The seq of the moment that was read; null: the answer is of the present. Silos of earlier versions know only that.</summary>
    [Id(3)] public long? PastSeq { get; init; }
}

/// <summary>
/// Answers gets from namespaces whose grains are active in the same process. It saves the message to the grain and back where a
/// gateway and a silo share a process; other gateways have none.
/// </summary>
public interface ILocalReads
{
    /// <summary>Returns what the grain would answer now, on any thread; null: ask the grain.</summary>
    GetMemoryReply? TryGet(NamespaceKey key, GetMemory query);
}
