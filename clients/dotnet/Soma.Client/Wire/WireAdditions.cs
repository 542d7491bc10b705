using System.Diagnostics.CodeAnalysis;

namespace Soma.Client;

public sealed partial record StoreMemory
{
    /// <summary>A text alone is a memory with the payload <c>{"text": …}</c>.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "A text stands for a memory where one is stored.")]
    public static implicit operator StoreMemory(string text) => new() { Payload = new() { ["text"] = text } };
}

public sealed partial record Search
{
    /// <summary>A text alone is a search for it.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "A text stands for a search where one is made.")]
    public static implicit operator Search(string query) => new() { Query = query };
}
