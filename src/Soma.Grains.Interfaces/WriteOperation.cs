namespace Soma.Grains.Interfaces;

/// <summary>One change that a command asks for. It is decided when its batch is formed, after the changes before it.</summary>
[GenerateSerializer, Immutable, Alias("soma.write-operation")]
public abstract record WriteOperation;

/// <summary>Stores a memory, replacing what its coordinate held.</summary>
[GenerateSerializer, Immutable, Alias("soma.put-memory")]
public sealed record PutMemory : WriteOperation
{
    [Id(0)] public required Coordinate Coordinate { get; set; }

    /// <summary>The payload object, UTF-8 JSON exactly as sent.</summary>
    [Id(1)] public required byte[] Payload { get; set; }

    [Id(2)] public required MemoryType Type { get; set; }

    [Id(3)] public required double Importance { get; set; }

    /// <summary>The text that is embedded and indexed instead of the payload's own; null: the payload's own.</summary>
    [Id(4)] public string? Text { get; set; }

    /// <summary>A brought vector: little-endian float32.</summary>
    [Id(5)] public byte[]? BroughtVector { get; set; }

    [Id(6)] public Expiry Expiry { get; set; }

    [Id(7)] public Precondition Condition { get; set; }

    /// <summary>Whether the gateway has just made the key, so that nothing can be stored under it before this operation's first attempt.</summary>
    [Id(8)] public bool IsKeyNew { get; set; }

    /// <summary>What becomes of the memory if a current one is like it; null: nothing is looked for.</summary>
    [Id(9)] public OnSimilar? OnSimilar { get; set; }
}

/// <summary>What to do when a store finds a current memory that is like the new one.</summary>
[GenerateSerializer, Immutable, Alias("soma.on-similar")]
public sealed record OnSimilar
{
    public const double DefaultMinScore = 0.95;

    /// <summary>From which likeness on a memory counts as similar, 0–1.</summary>
    [Id(0)] public double MinScore { get; set; } = DefaultMinScore;

    [Id(1)] public SimilarAction Do { get; set; }
}

[GenerateSerializer, Alias("soma.similar-action")]
public enum SimilarAction
{
    /// <summary>The memory is stored, and the answer names what is like it.</summary>
    Report = 0,

    /// <summary>The memory is not stored, and the answer is about the one that is there.</summary>
    Skip = 1,

    /// <summary>The memory is stored as the next version of the one that is there.</summary>
    Replace = 2,

    /// <summary>The memory is stored and linked to the one that is there.</summary>
    Link = 3,
}

/// <summary>Changes parts of a memory that exists; a missing one is a 404.</summary>
[GenerateSerializer, Immutable, Alias("soma.patch-memory")]
public sealed record PatchMemory : WriteOperation
{
    [Id(0)] public required Coordinate Coordinate { get; set; }

    /// <summary>A JSON merge patch (RFC 7396) on the payload, an object in UTF-8; null leaves the payload.</summary>
    [Id(1)] public byte[]? PayloadPatch { get; set; }

    [Id(2)] public double? Importance { get; set; }

    /// <summary>Whether <see cref="Expiry"/> replaces the memory's own.</summary>
    [Id(3)] public bool ChangesExpiry { get; set; }

    [Id(4)] public Expiry Expiry { get; set; }

    [Id(5)] public Precondition Condition { get; set; }

    /// <summary>Null leaves the memory's type.</summary>
    [Id(6)] public MemoryType? Type { get; set; }

    /// <summary>Whether <see cref="Text"/> replaces what the client gave to be indexed.</summary>
    [Id(7)] public bool ChangesText { get; set; }

    /// <summary>Null: the payload's own text is indexed again.</summary>
    [Id(8)] public string? Text { get; set; }

    /// <summary>Whether <see cref="BroughtVector"/> replaces the memory's own.</summary>
    [Id(9)] public bool ChangesVector { get; set; }

    /// <summary>Little-endian float32; null: the brought vector is removed.</summary>
    [Id(10)] public byte[]? BroughtVector { get; set; }

    /// <summary>What the client gave to be indexed, once this patch is applied to a memory that has <paramref name="text"/>.</summary>
    public string? TextAfter(string? text) => ChangesText ? Text : text;
}

/// <summary>Deletes a memory and the links to and from it.</summary>
[GenerateSerializer, Immutable, Alias("soma.delete-memory")]
public sealed record DeleteMemory : WriteOperation
{
    [Id(0)] public required Coordinate Coordinate { get; set; }

    /// <summary>Whether the payloads, texts and vectors of all versions are erased too, including the history.</summary>
    [Id(1)] public bool Purge { get; set; }

    [Id(2)] public Precondition Condition { get; set; }
}

/// <summary>Creates or replaces the link of one type between two keys, whether or not memories are stored there.</summary>
[GenerateSerializer, Immutable, Alias("soma.put-link")]
public sealed record PutLink : WriteOperation
{
    [Id(0)] public required Coordinate From { get; set; }

    [Id(1)] public required Coordinate To { get; set; }

    [Id(2)] public required string LinkType { get; set; }

    [Id(3)] public required double Strength { get; set; }

    /// <summary>A JSON object in UTF-8, or null.</summary>
    [Id(4)] public byte[]? Metadata { get; set; }
}

/// <summary>Removes a link. If there is no such link, no seq is taken.</summary>
[GenerateSerializer, Immutable, Alias("soma.delete-link")]
public sealed record DeleteLink : WriteOperation
{
    [Id(0)] public required Coordinate From { get; init; }

    [Id(1)] public required Coordinate To { get; init; }

    [Id(2)] public required string LinkType { get; init; }
}

/// <summary>What must be true of the memory when its batch is formed. Otherwise the answer is 412.</summary>
[GenerateSerializer, Immutable, Alias("soma.precondition")]
public readonly record struct Precondition
{
    /// <summary><c>If-Match: "seq"</c>: the memory exists and this is its latest write.</summary>
    [Id(0)] public long? Seq { get; init; }

    /// <summary><c>If-Match: *</c>: the memory exists.</summary>
    [Id(1)] public bool MustExist { get; init; }

    /// <summary><c>If-None-Match: *</c>: the memory does not exist.</summary>
    [Id(2)] public bool MustNotExist { get; init; }

    /// <summary>Whether a memory whose latest write is <paramref name="current"/> (null: none) meets the condition.</summary>
    public bool Holds(long? current) =>
        (Seq is null || Seq == current) && (!MustExist || current is not null) && (!MustNotExist || current is null);
}

/// <summary>When a memory expires: at a moment, some time after its commit, or never. The default is what the namespace is set to.</summary>
[GenerateSerializer, Immutable, Alias("soma.expiry")]
public readonly record struct Expiry
{
    [Id(0)] public Instant? At { get; init; }

    [Id(1)] public TimeSpan? After { get; init; }

    /// <summary>Whether the client asked that the memory never expire, whatever the namespace is set to.</summary>
    [Id(2)] public bool IsNever { get; init; }

    /// <summary>Whether the client said nothing.</summary>
    public bool IsOpen => At is null && After is null && !IsNever;

    public static Expiry Never { get; } = new() { IsNever = true };

    /// <summary>The moment at which a memory committed at <paramref name="now"/> expires; null: never.</summary>
    public Instant? Resolve(Instant now) =>
        After is { } after ? new Instant(now.Microseconds + (long)after.TotalMicroseconds) : At;
}
