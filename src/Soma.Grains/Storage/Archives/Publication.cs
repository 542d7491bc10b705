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

    /// <summary>The settings as grain storage keeps them; null if there are none.</summary>
    public byte[]? Settings { get; init; }
}

public enum PublishStatus
{
    Published,

    /// <summary>The name is that of a namespace that was written to. Nothing was changed.</summary>
    NotEmpty,

    /// <summary>Another builder swept what this one had made. Nothing was changed.</summary>
    Swept,
}

/// <summary>How a publication went.</summary>
/// <param name="Status">Whether the name is the new one's.</param>
/// <param name="Lease">
/// How long the previous owner may still answer reads from the old rows; zero if there is none. Before that time is over, nobody may be
/// told that the new namespace is in place.
/// </param>
public sealed record PublishResult(PublishStatus Status, TimeSpan Lease);
