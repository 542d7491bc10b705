using Soma.Grains.Storage.Forgetting;

namespace Soma.Grains.Engine.Quotas;

/// <summary>How many memories, and how many bytes they are.</summary>
public readonly record struct Amount(long Memories, long Bytes)
{
    public static Amount operator +(Amount left, Amount right) => new(left.Memories + right.Memories, left.Bytes + right.Bytes);

    public static Amount operator -(Amount left, Amount right) => new(left.Memories - right.Memories, left.Bytes - right.Bytes);

    internal static Amount Of(LivingMemory memory) => new(1, memory.Bytes);
}
