namespace Soma.Grains.Interfaces;

/// <summary>One export of a namespace: a file of JSON Lines that is read in chunks, all of it as one commit left the namespace.</summary>
/// <remarks>
/// The grain's key is a new random one for each export. It holds a snapshot of the store from the first call to the last chunk, or until
/// nobody has read from it for some minutes. If its silo dies, the export is lost and must begin again.
/// </remarks>
[Alias("soma.IExportGrain")]
public interface IExportGrain : IGrainWithGuidKey
{
    /// <summary>Opens the snapshot and returns the first chunk.</summary>
    [Alias("Open")]
    Task<ExportChunk> OpenAsync(NamespaceKey key, CancellationToken cancellationToken = default);

    /// <summary>Returns a chunk: the next one, or the last one again, so that a call whose answer was lost can be repeated.</summary>
    /// <param name="number">1 for the chunk after the first.</param>
    /// <param name="cancellationToken">Not passed on: half a chunk could not be repeated.</param>
    [Alias("Read")]
    Task<ExportChunk> ReadAsync(long number, CancellationToken cancellationToken = default);
}

/// <summary>A part of an export.</summary>
[GenerateSerializer, Immutable, Alias("soma.export-chunk")]
public sealed record ExportChunk
{
    [Id(0)] public required byte[] Bytes { get; init; }

    [Id(1)] public bool IsLast { get; init; }

    /// <summary>The seq that the export ends at.</summary>
    [Id(2)] public long HeadSeq { get; init; }

    /// <summary>No such namespace, or of a later chunk: the export is lost.</summary>
    [Id(3)] public bool IsMissing { get; init; }
}
