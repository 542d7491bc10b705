namespace Soma.AgentFramework;

/// <summary>What an agent recalls, and what it stores.</summary>
public sealed record SomaMemoryProviderOptions
{
    /// <summary>How long the block of memories may be, in tokens of four bytes. Default 1,000.</summary>
    public int MaxTokens { get; init; } = 1000;

    /// <summary>
    /// Least relevance of a memory, 0–1: the chance that it has to do with what was said. Default 0.3: a message that nothing answers gets no block.
    /// </summary>
    public double MinRelevance { get; init; } = 0.3;

    /// <summary>The line above the memories.</summary>
    public string Heading { get; init; } = "What you remember of earlier conversations, most relevant first (date, key, text):";

    /// <summary>
    /// Whether the messages of each run are stored after it. Default true. false where a <see cref="SomaChatHistoryProvider"/> stores them already in
    /// the same namespace, or where only the application decides what is remembered.
    /// </summary>
    public bool StoresMessages { get; init; } = true;

    /// <summary>The session keeps the conversation under this key. Default: the name of the provider's type.</summary>
    public string StateKey { get; init; } = nameof(SomaMemoryProvider);
}
