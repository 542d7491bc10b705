namespace Soma.Grains.Storage.Sqlite;

// How far the vector tier has followed the log.
public sealed partial class SqliteStore : IIndexCursorStore
{
    Task<IndexCursor?> IIndexCursorStore.ReadAsync(long namespaceId, string space, CancellationToken cancellationToken) =>
        database.ReadAsync<IndexCursor?>(
            session => session.Read(SqliteSql.Named["read_vector_cursor"], row => new IndexCursor(row.GetInt64(0), row.GetInt64(1)), namespaceId, space) is [var cursor]
                ? cursor
                : null,
            cancellationToken);

    Task<bool> IIndexCursorStore.MoveAsync(
        long namespaceId, string space, IndexCursor? expected, IndexCursor next, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => expected is { } known
                ? session.Execute(
                    SqliteSql.Named["move_vector_cursor"], namespaceId, space, next.LogSeq, next.RefinedSeq, known.LogSeq, known.RefinedSeq) > 0
                : session.Execute(SqliteSql.Named["begin_vector_cursor"], namespaceId, space, next.LogSeq, next.RefinedSeq) > 0,
            cancellationToken);
}
