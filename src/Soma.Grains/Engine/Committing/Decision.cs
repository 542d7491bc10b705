namespace Soma.Grains.Engine.Committing;

/// <summary>The outcome of one operation of a command.</summary>
internal readonly record struct Decision
{
    /// <summary>Why the operation was refused; null if it was not.</summary>
    public Rejection? Rejection { get; private init; }

    /// <summary>The stored memory, for the answers to stores and batches.</summary>
    public MemoryRow? Stored { get; private init; }

    /// <summary>What the vector of the stored memory was made of.</summary>
    public string EmbeddingSource { get; private init; }

    /// <summary>The current memories that a store was found to be like, most alike first.</summary>
    public IReadOnlyList<SimilarMemory> Similar { get => field ?? []; init; }

    /// <summary>Whether nothing was stored, because <see cref="Stored"/> was there already.</summary>
    public bool IsSkipped { get; private init; }

    /// <summary>How many memories or links the operation removed.</summary>
    public long Removed { get; private init; }

    /// <summary>What a rewind has done, this operation included.</summary>
    public RewindProgress? Rewound { get; private init; }

    /// <summary>The seq of the operation's last row; the seq of the head if the operation wrote no row.</summary>
    public long Seq { get; init; }

    public static Decision Store(MemoryRow memory, string embeddingSource) =>
        new() { Stored = memory, EmbeddingSource = embeddingSource, Seq = memory.Seq };

    public Decision AsSkipped(IReadOnlyList<SimilarMemory> alike, long headSeq) => this with { Similar = alike, IsSkipped = true, Seq = headSeq };

    public static Decision Remove(long count, long seq) => new() { Removed = count, Seq = seq };

    public static Decision Rewind(RewindProgress progress, long seq) => new() { Rewound = progress, Seq = seq };

    public static Decision Link(long seq) => new() { Seq = seq };

    public static Decision Reject(int status, string detail) => Reject(new Rejection { Status = status, Detail = detail });

    public static Decision Reject(Rejection rejection) => new() { Rejection = rejection };
}
