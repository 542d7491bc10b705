namespace Soma.Grains.Interfaces;

/// <summary>Adds up what one writer holds in all namespaces. Its grain key is <see cref="KeyHolding.ToGrainKey"/>.</summary>
/// <remarks>
/// A silo tells what changed in its namespaces every few seconds, and learns the sum. So the limits of a key over several namespaces may be
/// overshot by what its writes store elsewhere in that time; in one namespace they are exact.
/// </remarks>
[Alias("soma.IKeyUsageGrain")]
public interface IKeyUsageGrain : IGrainWithStringKey
{
    /// <summary>Takes over what the writer holds in these namespaces now, and returns what it holds in all.</summary>
    [Alias("Report")]
    Task<KeyHolding> ReportAsync(KeyHolding[] changes, CancellationToken cancellationToken = default);
}

/// <summary>What a writer holds.</summary>
[GenerateSerializer, Immutable, Alias("soma.key-holding")]
public sealed record KeyHolding
{
    /// <summary>Keeps grain storage from reading a name as a number, as <see cref="NamespaceKey.ToGrainKey"/> does.</summary>
    private const string Prefix = "u/";

    /// <summary>The namespace, as <see cref="NamespaceKey.ToGrainKey"/> names it; empty: all of them.</summary>
    [Id(0)] public string Namespace { get; init; } = "";

    [Id(1)] public long Memories { get; init; }

    /// <summary>Bytes of payloads, given texts and brought vectors.</summary>
    [Id(2)] public long Bytes { get; init; }

    /// <param name="by">The writer, as the log names it.</param>
    public static string ToGrainKey(string by) => Prefix + by;
}
