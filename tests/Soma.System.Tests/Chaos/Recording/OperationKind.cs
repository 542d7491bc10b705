namespace Soma.System.Tests.Chaos.Recording;

internal enum OperationKind
{
    Store,
    Patch,
    Delete,
    Batch,
    Link,

    /// <summary>A keyed write sent once more after it was answered.</summary>
    Replay,
    Get,

    /// <summary>A search for a word that one write alone used.</summary>
    FindMarker,

    /// <summary>A search for the word that every version of one memory uses.</summary>
    FindSpot,
    List,
}
