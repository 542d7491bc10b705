using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Committing;

/// <summary>What one operation of a command came to when its batch was formed.</summary>
internal readonly record struct Decision
{
    /// <summary>Why it was refused; then the command changed nothing.</summary>
    public Rejection? Rejection { get; private init; }

    /// <summary>The stored memory, for the answers to stores and batches.</summary>
    public StoredMemory? Stored { get; private init; }

    /// <summary>How many memories or links it removed.</summary>
    public long Removed { get; private init; }

    /// <summary>The seq of its last row; of the head where it took none.</summary>
    public long Seq { get; private init; }

    public static Decision Store(StoredMemory memory) => new() { Stored = memory, Seq = memory.Seq };

    public static Decision Remove(long count, long seq) => new() { Removed = count, Seq = seq };

    public static Decision Link(long seq) => new() { Seq = seq };

    public static Decision Reject(int status, string detail) =>
        new() { Rejection = new Rejection { Status = status, Detail = detail } };
}
