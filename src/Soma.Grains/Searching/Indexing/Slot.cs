using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Fields;

namespace Soma.Grains.Searching.Indexing;

/// <summary>What a slot holds beside its vectors and postings; never changed once it is filled.</summary>
internal readonly struct Slot
{
    public const int NoSequence = -1;

    public required Coordinate Coordinate { get; init; }

    public required long Seq { get; init; }

    public required long CreatedSeq { get; init; }

    public required double Importance { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant UpdatedAt { get; init; }

    /// <summary>The maximum: never.</summary>
    public required long ExpiresAt { get; init; }

    public required FieldSet Fields { get; init; }

    /// <summary>Terms of the text, repeated ones counted each time.</summary>
    public required int Length { get; init; }

    /// <summary>The index's number for the sequence, or <see cref="NoSequence"/>.</summary>
    public required int Sequence { get; init; }

    public required MemoryType Type { get; init; }

    public required bool HasText { get; init; }

    public RecordFields Record => new(Coordinate, Type, Importance, CreatedAt, UpdatedAt);
}
