using static Soma.Grains.Storage.Archives.ArchiveColumnType;

namespace Soma.Grains.Storage.Archives;

/// <summary>What a column of an archived table holds. Whole numbers are all <see cref="long"/> in a row; their width is the database's.</summary>
public enum ArchiveColumnType
{
    Small,
    Integer,
    Long,
    Real,
    Flag,
    Text,
    Bytes,
}

/// <summary>A column of an archived table, by its name in both stores.</summary>
public sealed record ArchiveColumn(string Name, ArchiveColumnType Type);

/// <summary>
/// A table of which a namespace's rows are carried away and put back as they are. A row is its values in the order of the
/// columns: <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="string"/>, an array of bytes or null.
/// </summary>
public sealed record ArchiveTable(string Name, IReadOnlyList<ArchiveColumn> Columns)
{
    /// <summary>How many columns the table had in the first format of a backup. Those behind them may be null, and older backups lack them.</summary>
    public int FirstColumns { get; init; } = Columns.Count;
}

/// <summary>
/// The tables that make up a namespace: its canonical data and the vectors that models made of it. The cursors of an external index are
/// left out, because that index does not move with the rows.
/// </summary>
public static class ArchiveTables
{
    public static ArchiveTable Log { get; } = new(
        "log",
        [
            new("seq", Long), new("op", Small), new("coord", Text), new("version", Long), new("epoch", Long), new("created_seq", Long),
            new("type", Small), new("payload", Bytes), new("text", Bytes), new("has_text", Flag), new("brought_vector", Bytes),
            new("importance", Real), new("link_to", Text), new("link_type", Bytes), new("strength", Real), new("metadata", Bytes),
            new("created_at", Long), new("at", Long), new("expires_at", Long), new("written_by", Bytes),
        ])
    {
        FirstColumns = 19,
    };

    public static ArchiveTable Memories { get; } = new(
        "memories",
        [
            new("coord", Text), new("seq", Long), new("version", Long), new("alive", Flag), new("type", Small), new("importance", Real),
            new("has_vector", Flag), new("created_seq", Long), new("created_at", Long), new("expires_at", Long), new("access_count", Long),
        ]);

    public static ArchiveTable Links { get; } = new(
        "links",
        [
            new("from_coord", Text), new("to_coord", Text), new("link_type", Bytes), new("strength", Real), new("metadata", Bytes),
            new("seq", Long),
        ]);

    public static ArchiveTable Receipts { get; } = new(
        "receipts",
        [
            new("key", Bytes), new("request_hash", Bytes), new("status", Integer), new("body", Bytes), new("seq", Long), new("etag", Long),
            new("expires_at", Long),
        ]);

    public static ArchiveTable Embeddings { get; } = new(
        "embeddings", [new("seq", Long), new("space", Text), new("part", Integer), new("vector", Bytes)]);

    public static ArchiveTable IndexCursors { get; } = new(
        "index_cursor", [new("space", Text), new("log_seq", Long), new("refined_seq", Long)]);

    /// <summary>All of them, in the order in which they are carried.</summary>
    public static IReadOnlyList<ArchiveTable> All { get; } = [Log, Memories, Links, Receipts, Embeddings, IndexCursors];

    /// <summary>Tables of which nothing is left of a namespace that is swept, in the order of their sweeping.</summary>
    internal static IReadOnlyList<string> Swept { get; } =
        ["index_cursor", "vector_cursor", "embeddings", "receipts", "links", "memories", "log", "namespace"];
}
