using System.Diagnostics.CodeAnalysis;

namespace Soma.Grains.Interfaces;

/// <summary>One namespace of one tenant: the unit of ordering, isolation and caching.</summary>
/// <remarks>Both names are 1–128 characters of <c>A-Z a-z 0-9 . _ : @ -</c>, so <c>/</c> can join them.</remarks>
[GenerateSerializer, Immutable, Alias("soma.namespace-key")]
public readonly record struct NamespaceKey([property: Id(0)] string Tenant, [property: Id(1)] string Name)
{
    /// <summary>Longest tenant or namespace name, in characters.</summary>
    public const int MaxNameLength = 128;

    // The prefix keeps grain storage from reading a name as a number: `b1`, `B1` and `0b1` would share one row.
    private const string Prefix = "n/";

    /// <summary>The key of the grain that owns this namespace: <c>n/{tenant}/{name}</c>.</summary>
    public string ToGrainKey() => $"{Prefix}{Tenant}/{Name}";

    public static NamespaceKey FromGrainKey(string grainKey)
    {
        ArgumentNullException.ThrowIfNull(grainKey);
        var slash = grainKey.IndexOf('/', Prefix.Length);
        return grainKey.StartsWith(Prefix, StringComparison.Ordinal) && slash > 0
            ? new NamespaceKey(grainKey[Prefix.Length..slash], grainKey[(slash + 1)..])
            : throw new ArgumentException($"'{grainKey}' is not the key of a namespace grain.", nameof(grainKey));
    }

    /// <summary>Whether <paramref name="name"/> may name a tenant or a namespace.</summary>
    public static bool IsValidName([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && name.All(IsNameCharacter);

    public override string ToString() => $"{Tenant}/{Name}";

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '@' or '-';
}

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
