namespace Soma.Grains.Storage.Sqlite;

// Vectors that sentence models made.
public sealed partial class SqliteStore : IEmbeddingStore
{
    public Task<long> BeginRefiningAsync(long namespaceId, string cursor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                session.Execute(SqliteSql.Named["begin_refining"], namespaceId, cursor);
                return session.Read(SqliteSql.Named["read_refined_seq"], row => row.GetInt64(0), namespaceId, cursor)[0];
            },
            cancellationToken);

    public Task<long> ReadRefinedSeqAsync(long namespaceId, string cursor, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.Read(SqliteSql.Named["read_refined_seq"], row => row.GetInt64(0), namespaceId, cursor) is [var seq] ? seq : 0, cancellationToken);

    public Task<IReadOnlyList<MemoryRow>> ReadUnrefinedAsync(
        long namespaceId, string space, long afterSeq, int limit, CancellationToken cancellationToken) =>
        ReadEachAsync(SqliteSql.Named["read_unrefined"], StoredRows.Memory, [[namespaceId, afterSeq, space, limit]], cancellationToken);

    public Task SaveEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyList<EmbeddingRow> rows, string cursor, long refinedSeq, CancellationToken cancellationToken)
        => database.WriteAsync(
            session =>
            {
                var isMoved = session.Execute(SqliteSql.Named["move_refined_seq"], namespaceId, cursor, refinedSeq) > 0;
                foreach (var row in isMoved ? rows : [])
                {
                    session.Execute(SqliteSql.Named["save_embedding"], namespaceId, row.Seq, space, row.Vector);
                }

                return isMoved;
            },
            cancellationToken);

    public Task<IReadOnlyList<EmbeddingRow>> ReadEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        ReadEachAsync(
            SqliteSql.Named["read_embedding"],
            StoredRows.Embedding,
            seqs.Distinct().Select(object?[] (seq) => [namespaceId, seq, space]),
            cancellationToken);

    public Task<bool> ActivateSpaceAsync(
        long namespaceId, long epoch, string space, string cursor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                if (session.Execute(SqliteSql.Named["activate_space"], namespaceId, epoch, space) == 0)
                {
                    return false;
                }

                session.Execute(SqliteSql.Named["end_cursors"], namespaceId, space, cursor);
                return true;
            },
            cancellationToken);

    public Task<int> SweepEmbeddingsAsync(
        long namespaceId, string? keptSpace, long afterSeq, long upToSeq, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => session.Execute(SqliteSql.Named["sweep_embeddings"], namespaceId, keptSpace, afterSeq, upToSeq), cancellationToken);
}
