namespace Soma.Grains.Interfaces;

/// <summary>The kind of a memory. The numbers are stored, so they never change.</summary>
[GenerateSerializer, Alias("soma.memory-type")]
public enum MemoryType
{
    Episodic = 0,
    Semantic = 1,
    Belief = 2,
}

/// <summary>The names that memory types have in JSON.</summary>
public static class MemoryTypeNames
{
    public const string Episodic = "episodic";
    public const string Semantic = "semantic";
    public const string Belief = "belief";

    public static string ToName(this MemoryType type) => type switch
    {
        MemoryType.Episodic => Episodic,
        MemoryType.Semantic => Semantic,
        MemoryType.Belief => Belief,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a memory type."),
    };

    public static bool TryParse(ReadOnlySpan<char> name, out MemoryType type)
    {
        (var known, type) = name switch
        {
            Episodic => (true, MemoryType.Episodic),
            Semantic => (true, MemoryType.Semantic),
            Belief => (true, MemoryType.Belief),
            _ => (false, default),
        };
        return known;
    }
}
