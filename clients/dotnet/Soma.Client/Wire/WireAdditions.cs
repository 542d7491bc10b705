namespace Soma.Client;

public sealed partial record StoreMemory
{
    /// <summary>A text alone is a memory with the payload <c>{"text": …}</c>.</summary>
    public static implicit operator StoreMemory(string text) => new() { Payload = new() { ["text"] = text } };
}

public sealed partial record Search
{
    /// <summary>A text alone is a search for it.</summary>
    public static implicit operator Search(string query) => new() { Query = query };
}
