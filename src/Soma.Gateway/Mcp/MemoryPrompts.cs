using ModelContextProtocol.Server;

namespace Soma.Gateway.Mcp;

/// <summary>Prompts that a person may choose in a client.</summary>
internal static class MemoryPrompts
{
    private static readonly Lazy<McpServerPrimitiveCollection<McpServerPrompt>> _all = new(() =>
    [
        McpServerPrompt.Create(WhatIsKnown, new McpServerPromptCreateOptions { Name = "what-do-you-know", Title = "What do you know about …", Description = "Recalls everything about a topic, and says where the memories disagree." }),
        McpServerPrompt.Create(Keep, new McpServerPromptCreateOptions { Name = "keep-this-conversation", Title = "Keep this conversation", Description = "Remembers what of this conversation will matter later." }),
    ]);

    public static McpServerPrimitiveCollection<McpServerPrompt> All => _all.Value;

    private static string WhatIsKnown([Description("The person, project or thing.")] string topic) =>
        $"Use the recall tool to find what you know about: {topic}. Ask in at least two different ways. Then tell me what you found, newest first, "
        + "with the date of each memory, and point out where memories contradict each other. If nothing is found, say so and do not guess.";

    private static string Keep() =>
        "Look back over this conversation and use the remember tool for each fact, preference, decision or open question that will matter in a later one. "
        + "Recall first what is known already: update a memory that has become wrong instead of adding a second one. Then list what you kept.";
}
