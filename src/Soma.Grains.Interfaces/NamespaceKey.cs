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
