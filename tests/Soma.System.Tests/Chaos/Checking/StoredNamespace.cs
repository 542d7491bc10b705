namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Everything that the store holds of one namespace after a run.</summary>
internal sealed record StoredNamespace
{
    public required string Name { get; init; }

    public required long HeadSeq { get; init; }

    /// <summary>The rows of the log, by seq.</summary>
    public required IReadOnlyList<LogEntry> Log { get; init; }

    public required IReadOnlyList<StoredMemory> Memories { get; init; }

    public required IReadOnlyList<StoredReceipt> Receipts { get; init; }
}
