using Soma.Grains.Interfaces;

namespace Soma.Archives.Exports;

/// <summary>What <c>soma import</c> was asked for.</summary>
public sealed record ImportRequest
{
    /// <summary>Where to.</summary>
    public required NamespaceKey Key { get; init; }

    /// <summary>A file, compressed where its name ends in <c>.gz</c>; <c>-</c>: standard input.</summary>
    public required string From { get; init; }

    public ImportFormat Format { get; init; }

    /// <summary>Whether a namespace that holds memories may be replaced. Only into a store.</summary>
    public bool Replace { get; init; }

    /// <summary>The running service to which the rows are written; null: the store itself, as one namespace.</summary>
    public Uri? Url { get; init; }

    /// <summary>Names this import in the keys of its requests, so that it can go on where it broke off; null: a new one.</summary>
    public string? Run { get; init; }
}
