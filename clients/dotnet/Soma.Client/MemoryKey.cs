using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Soma.Client;

/// <summary>
/// Names a memory: the text that answers call <c>coord</c> (<c>"@kettle"</c> for the id <c>kettle</c>, <c>"1.0,2.0"</c> for a coordinate), the
/// numbers of a coordinate, or what has a key, such as a hit. Each of them becomes one by itself.
/// </summary>
[SuppressMessage("Usage", "CA2225", Justification = "Keys are written where they are used.")]
public readonly record struct MemoryKey(string Text)
{
    /// <summary>The key of an id.</summary>
    public static MemoryKey OfId(string id) => new($"@{id}");

    public static implicit operator MemoryKey(string text) => new(text);

    public static implicit operator MemoryKey(double[] coordinate) =>
        new(string.Join(',', coordinate.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));

    public static implicit operator MemoryKey(Stored stored) => new(stored.Coord);

    public static implicit operator MemoryKey(Memory memory) => new(memory.Coord);

    public static implicit operator MemoryKey(Hit hit) => new(hit.Coord);

    public override string ToString() => Text;

    internal string Path => $"/memories/{Uri.EscapeDataString(Text)}";
}
