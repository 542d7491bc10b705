namespace Soma.Grains.Storage;

/// <summary>The upper bits of an epoch count how often an operator accepted the loss of writes.</summary>
/// <remarks>
/// After a loss the store may hold an epoch, and give out seqs, that an owner had already before it. Accepting the loss raises the epochs of
/// all namespaces to the next generation, beyond any that was ever taken, so every owner of before is fenced; and it gives every log another
/// name, so that a consumer whose place is in the lost part is told that its place is gone.
/// </remarks>
public static class EpochGeneration
{
    private const int Bits = 40;

    public static long Of(long epoch) => epoch >> Bits;

    /// <summary>The name of a namespace's log: its id, with the generation above it.</summary>
    public static long LogIdOf(long namespaceId, long epoch) => namespaceId | (Of(epoch) << Bits);

    /// <summary>The namespace that a log is of.</summary>
    public static long NamespaceIdOf(long logId) => logId & ((1L << Bits) - 1);
}
