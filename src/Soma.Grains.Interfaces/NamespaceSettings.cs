namespace Soma.Grains.Interfaces;

/// <summary>What an operator decides about a namespace: small, rarely written, kept by Orleans grain storage.</summary>
[GenerateSerializer, Immutable, Alias("soma.namespace-settings")]
public sealed record NamespaceSettings
{
    /// <summary>
    /// Payload fields that may name the sequence (conversation, session, thread) a memory belongs to; the first one
    /// present counts. Memories of one sequence lend each other context in a search.
    /// </summary>
    [Id(0)] public string[] SequenceFields { get; set; } = DefaultSequenceFields;

    /// <summary>
    /// What embeds texts here: <c>builtin</c>, <c>fast</c> or <c>none</c>; null: what the service is set to.
    /// </summary>
    [Id(1)] public string? Embedder { get; set; }

    /// <summary>
    /// The space that callers' vectors are of: <c>all-minilm-l6-v2</c> puts them in the place of their texts' own; null: one of
    /// their own.
    /// </summary>
    [Id(2)] public string? BroughtSpace { get; set; }

    /// <summary>After how many days the preference for newer memories has halved, where a search asks for it. Above 0.</summary>
    [Id(3)] public double RecencyHalfLifeDays { get; set; } = DefaultRecencyHalfLifeDays;

    public const double DefaultRecencyHalfLifeDays = 30;

    public static string[] DefaultSequenceFields { get; } = ["session_id", "conversation_id", "thread_id"];
}
