namespace Soma.Grains.Interfaces;

/// <summary>What an operator decides about a namespace: small, rarely written, kept by Orleans grain storage.</summary>
[GenerateSerializer, Immutable, Alias("soma.namespace-settings")]
public sealed record NamespaceSettings
{
    /// <summary>
    /// Payload fields that may name the sequence (conversation, session, thread) a memory belongs to; the first one
    /// present counts. Memories of one sequence lend each other context in a search.
    /// </summary>
    [Id(0)] public string[] SequenceFields { get; init; } = DefaultSequenceFields;

    public static string[] DefaultSequenceFields { get; } = ["session_id", "conversation_id", "thread_id"];
}
