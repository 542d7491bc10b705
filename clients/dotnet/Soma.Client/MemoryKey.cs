using System.Globalization;

namespace Soma.Client;

/// <summary>
/// Names a memory: the text that answers call <c>coord</c> (<c>"@kettle"</c> for the id <c>kettle</c>, <c>"1.0,2.0"</c> for a coordinate), the
/// numbers of a coordinate, or what has a key, such as a hit. Each of them becomes one by itself.
/// </summary>
/// <param name="Text">The key as answers write it, in <c>coord</c>.</param>
public readonly record struct MemoryKey(string Text)
{
    /// <summary>The key of an id.</summary>
    public static MemoryKey OfId(string id) => new($"@{id}");

    /// <summary>The key that answers write like this.</summary>
    public static implicit operator MemoryKey(string text) => new(text);

    /// <summary>The key that is this coordinate.</summary>
    public static implicit operator MemoryKey(double[] coordinate) =>
        new(string.Join(',', coordinate.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));

    /// <summary>The key under which it was stored.</summary>
    public static implicit operator MemoryKey(Stored stored) => new(stored.Coord);

    /// <summary>The memory's key.</summary>
    public static implicit operator MemoryKey(Memory memory) => new(memory.Coord);

    /// <summary>The hit's key.</summary>
    public static implicit operator MemoryKey(Hit hit) => new(hit.Coord);

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    internal string Path => $"/memories/{Uri.EscapeDataString(Text)}";
}
