using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// How far the vector tier has followed the log.
public sealed partial class PostgresStore : IIndexCursorStore
{
    async Task<IndexCursor?> IIndexCursorStore.ReadAsync(long namespaceId, string space, CancellationToken cancellationToken) =>
        await ReadRowsAsync(
            PostgresSql.Named["read_vector_cursor"],
            [Of(namespaceId), Of(space)],
            row => new IndexCursor(row.GetInt64(0), row.GetInt64(1)),
            cancellationToken) is [var cursor] ? cursor : null;

    async Task<bool> IIndexCursorStore.MoveAsync(
        long namespaceId, string space, IndexCursor? expected, IndexCursor next, CancellationToken cancellationToken) => expected is { } known
        ? await ExecuteAsync(
            PostgresSql.Named["move_vector_cursor"],
            [Of(namespaceId), Of(space), Of(next.LogSeq), Of(next.RefinedSeq), Of(known.LogSeq), Of(known.RefinedSeq)],
            cancellationToken) > 0
        : await ExecuteAsync(
            PostgresSql.Named["begin_vector_cursor"], [Of(namespaceId), Of(space), Of(next.LogSeq), Of(next.RefinedSeq)], cancellationToken) > 0;
}
