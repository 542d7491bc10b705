namespace Soma.Grains.Storage.Archives;

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
/// How long a predecessor may still answer reads from what it was; zero: there is none. Until that is over nobody may be told
/// that the new one is in place.
/// </param>
public sealed record PublishResult(PublishStatus Status, TimeSpan Lease);
