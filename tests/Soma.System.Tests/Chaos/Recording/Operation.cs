namespace Soma.System.Tests.Chaos.Recording;

/// <summary>One operation of one client, from its first sending to its last answer.</summary>
/// <remarks>A keyed write that was sent again until it was answered is one operation.</remarks>
internal sealed record Operation
{
    public required OperationKind Kind { get; init; }

    public required string Namespace { get; init; }

    /// <summary>Stopwatch ticks before the first byte was sent.</summary>
    public required long Invoked { get; init; }

    /// <summary>Stopwatch ticks after the last byte of the answer, or after there was none.</summary>
    public required long Returned { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>HTTP status of the last answer; 0: none.</summary>
    public int Status { get; init; }

    /// <summary>What a write asked for; empty for one that turned out to have nothing to do.</summary>
    public IReadOnlyList<SentRow> Rows { get; init; } = [];

    /// <summary>The seq of the first row, as answered.</summary>
    public long FirstSeq { get; init; }

    /// <summary>The versions of the rows, as answered; empty where the answer has none.</summary>
    public IReadOnlyList<long> Versions { get; init; } = [];

    /// <summary><c>X-Soma-Seq</c> of the answer.</summary>
    public long? Head { get; init; }

    public string? Key { get; init; }

    /// <summary>The answer to a keyed write, whose every repetition must be the same.</summary>
    public string? Body { get; init; }

    /// <summary>The header of that name, as answered.</summary>
    public string? ETag { get; init; }

    /// <summary>What the answer says was there while it was asked.</summary>
    public IReadOnlyList<Sighting> Sightings { get; init; } = [];

    /// <summary>What must have been there just before the write, wherever it was applied: its condition.</summary>
    public Sighting? Before { get; init; }

    /// <summary>What was wrong with the answer by itself, whatever the order of things.</summary>
    public string? Defect { get; init; }

    public long LastSeq => FirstSeq + Rows.Count - 1;

    public override string ToString() =>
        $"{Kind} in {Namespace} [{string.Join(", ", Rows.Select(row => $"{row.Coordinate} '{row.Marker}'").Take(3))}] → {Status} {Outcome}"
        + (FirstSeq > 0 ? $" seq {FirstSeq}" : "") + (Head is { } head ? $" head {head}" : "");
}
