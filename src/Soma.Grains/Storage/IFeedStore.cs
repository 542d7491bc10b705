namespace Soma.Grains.Storage;

/// <summary>Reads the log as consumers of the change feed need it: filtered, and in pages that are bounded in rows and in bytes.</summary>
/// <remarks>Failures are those of <see cref="ICanonicalStore"/>: a read only ever throws <see cref="StoreUnavailableException"/>.</remarks>
public interface IFeedStore
{
    /// <summary>
    /// Reads the rows of a stretch of the log that pass the filters, in order. It ends early at the row that reaches a bound, so it
    /// always returns the first row, however large that is.
    /// </summary>
    Task<LogStretchPage> ReadChangesAsync(long namespaceId, ChangeStretch stretch, CancellationToken cancellationToken);

    /// <summary>Whether any version of the memory still has its payload.</summary>
    Task<bool> HasContentAsync(long namespaceId, Coordinate coordinate, CancellationToken cancellationToken);
}

/// <summary>Which rows of the log are read.</summary>
public sealed record ChangeStretch
{
    /// <summary>The seq before the first row.</summary>
    public required long After { get; init; }

    /// <summary>The last seq that may be read.</summary>
    public required long Through { get; init; }

    public required int MostRows { get; init; }

    /// <summary>Payloads, texts, vectors and metadata count, and <see cref="RowBytes"/> for each row.</summary>
    public required long MostBytes { get; init; }

    public ChangeOps Ops { get; init; } = ChangeOps.All;

    /// <summary>Rows of this memory, and of links to or from it.</summary>
    public Coordinate? Coordinate { get; init; }

    /// <summary>Rows of memories whose key text begins like this, and of links to or from them.</summary>
    public string? KeyPrefix { get; init; }

    /// <summary>What a row counts besides its content; the statements of both stores have the same number.</summary>
    public const int RowBytes = 256;
}

/// <summary>What was read of a stretch.</summary>
/// <param name="Rows">The rows, in order.</param>
/// <param name="IsCut">Whether a bound was reached, so that the rest of the stretch after the last row was not looked at.</param>
public readonly record struct LogStretchPage(IReadOnlyList<LogRow> Rows, bool IsCut)
{
    /// <param name="rows">The rows, each with the bytes of all rows up to it.</param>
    /// <param name="stretch">What was asked for.</param>
    internal static LogStretchPage Of(IReadOnlyList<(LogRow Row, long Bytes)> rows, ChangeStretch stretch) => new(
        [.. rows.Select(each => each.Row)],
        rows.Count >= stretch.MostRows || (rows.Count > 0 && rows[^1].Bytes >= stretch.MostBytes));
}
