namespace Soma.Grains.Storage.Forgetting;

/// <summary>Reads what a namespace's rules of forgetting go by. Only namespaces with such settings ask for it.</summary>
/// <remarks>A failure is a <see cref="StoreUnavailableException"/>.</remarks>
public interface IForgettingStore
{
    /// <summary>
    /// Living memories with a seq below <paramref name="beforeSeq"/>, newest first, without their contents. Expired memories that no sweep
    /// has reclaimed are among them, because the namespace's row counts them too.
    /// </summary>
    Task<IReadOnlyList<LivingMemory>> ReadLivingAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// What the living memories of a namespace add up to, by who wrote them and when they expire. Memories whose time is over at
    /// <paramref name="now"/> are left out. One statement, which looks at the whole namespace without reading its contents.
    /// </summary>
    Task<IReadOnlyList<HeldAmount>> ReadAmountsAsync(long namespaceId, Instant now, CancellationToken cancellationToken);

    /// <summary>The times of the last GETs of living memories with a seq below <paramref name="beforeSeq"/>, newest memories first; memories without one are missing.</summary>
    Task<IReadOnlyList<AccessTime>> ReadAccessTimesAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken);
}

/// <summary>When a memory was last read.</summary>
public readonly record struct AccessTime(Coordinate Coordinate, long Seq, Instant At);

/// <summary>Memories of one writer that expire at one moment.</summary>
/// <param name="By">Who wrote their current versions; null: the root token.</param>
/// <param name="ExpiresAt">When they expire; null: never.</param>
/// <param name="Memories">How many they are.</param>
/// <param name="Bytes">Their bytes, by the measure of <see cref="LivingMemory.Bytes"/>.</param>
public readonly record struct HeldAmount(string? By, Instant? ExpiresAt, long Memories, long Bytes);

/// <summary>A living memory without its content.</summary>
public sealed class LivingMemory
{
    public required Coordinate Coordinate { get; init; }

    public required long Seq { get; init; }

    public required long Version { get; init; }

    public required MemoryType Type { get; init; }

    public required double Importance { get; init; }

    public required long CreatedSeq { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant UpdatedAt { get; init; }

    public required Instant? ExpiresAt { get; init; }

    /// <summary>The bytes of its payload, of the text that was given with it, and of its brought vector.</summary>
    public required long Bytes { get; init; }

    /// <summary>Who wrote it; null: the root token.</summary>
    public string? By { get; init; }

    /// <summary>How often it was read, as committed.</summary>
    public required long AccessCount { get; set; }

    public static LivingMemory Of(MemoryRow row) => new()
    {
        Coordinate = row.Coordinate,
        Seq = row.Seq,
        Version = row.Version,
        Type = row.Type,
        Importance = row.Importance,
        CreatedSeq = row.CreatedSeq,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        ExpiresAt = row.ExpiresAt,
        Bytes = row.Payload.Length + (row.Text is { } text ? Encoding.UTF8.GetByteCount(text) : 0) + (row.BroughtVector?.Length ?? 0),
        By = row.By,
        AccessCount = row.AccessCount,
    };

    /// <summary>What a delete of the memory needs to know of its row.</summary>
    public MemoryRow ToRow() => new()
    {
        Coordinate = Coordinate,
        Seq = Seq,
        Version = Version,
        Alive = true,
        Type = Type,
        CreatedSeq = CreatedSeq,
        CreatedAt = CreatedAt,
    };
}
