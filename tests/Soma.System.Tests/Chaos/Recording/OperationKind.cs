namespace Soma.System.Tests.Chaos.Recording;

internal enum OperationKind
{
    Store,
    Patch,
    Delete,
    Batch,
    Link,

    /// <summary>A repetition of an answered write with an idempotency key.</summary>
    Replay,
    Get,

    /// <summary>A search for a word that only one write has used.</summary>
    FindMarker,

    /// <summary>A search for the word that every version of one memory contains.</summary>
    FindSpot,
    List,
}
