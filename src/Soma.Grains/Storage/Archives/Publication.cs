using Soma.Grains.Interfaces;

namespace Soma.Grains.Storage.Archives;

/// <summary>A namespace that was built, and the name it is to have.</summary>
public sealed record Publication
{
    public required long Id { get; init; }

    public required NamespaceKey Key { get; init; }

    public required NamespaceRow Row { get; init; }

    /// <summary>Whether a namespace that was ever written to may lose its name to this one.</summary>
    public bool Replace { get; init; }

    /// <summary>Whether the settings under this name become <see cref="Settings"/>; else they stay.</summary>
    public bool SetsSettings { get; init; }

    /// <summary>As grain storage keeps them; null: none.</summary>
    public byte[]? Settings { get; init; }
}
