namespace Soma.System.Tests.Chaos.Recording;

/// <summary>One operation of one client, from its first attempt to its last answer.</summary>
/// <remarks>A write with an idempotency key that was repeated until it was answered is one operation.</remarks>
internal sealed record Operation
{
    public required OperationKind Kind { get; init; }

    public required string Namespace { get; init; }

    /// <summary>The stopwatch's ticks before the first byte was sent.</summary>
    public required long Invoked { get; init; }

    /// <summary>The stopwatch's ticks after the last byte of the answer, or after the client gave up.</summary>
    public required long Returned { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>The HTTP status of the last answer; 0: there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>The rows that a write asked for; empty if there was nothing to change.</summary>
    public IReadOnlyList<SentRow> Rows { get; init; } = [];

    /// <summary>The seq of the first row, from the answer.</summary>
    public long FirstSeq { get; init; }

    /// <summary>The versions of the rows, from the answer; empty if the answer has none.</summary>
    public IReadOnlyList<long> Versions { get; init; } = [];

    /// <summary><c>X-Soma-Seq</c> of the answer.</summary>
    public long? Head { get; init; }

    public string? Key { get; init; }

    /// <summary>The answer to a write with an idempotency key. Every repetition must return the same.</summary>
    public string? Body { get; init; }

    /// <summary>The header <c>ETag</c> of the answer.</summary>
    public string? ETag { get; init; }

    /// <summary>What the answer says about memories.</summary>
    public IReadOnlyList<Sighting> Sightings { get; init; } = [];

    /// <summary>The state that must hold just before the write is applied: the write's condition.</summary>
    public Sighting? Before { get; init; }

    /// <summary>A fault of the answer that is wrong regardless of the order of operations.</summary>
    public string? Defect { get; init; }

    public long LastSeq => FirstSeq + Rows.Count - 1;

    public override string ToString() =>
        $"{Kind} in {Namespace} [{string.Join(", ", Rows.Select(row => $"{row.Coordinate} '{row.Marker}'").Take(3))}] → {Status} {Outcome}"
        + (FirstSeq > 0 ? $" seq {FirstSeq}" : "") + (Head is { } head ? $" head {head}" : "");
}
