namespace Soma.Grains.Interfaces;

/// <summary>What kind of memory a record is; the numbers are stored.</summary>
[GenerateSerializer, Alias("soma.memory-type")]
public enum MemoryType
{
    Episodic = 0,
    Semantic = 1,
    Belief = 2,
}
