using Npgsql;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// Vectors that sentence models made.
public sealed partial class PostgresStore : IEmbeddingStore
{
    public async Task<long> BeginRefiningAsync(long namespaceId, string cursor, CancellationToken cancellationToken) =>
        (await ReadRowsAsync(PostgresSql.Named["begin_refining"], [Of(namespaceId), Of(cursor)], Whole, cancellationToken))[0];

    public async Task<long> ReadRefinedSeqAsync(long namespaceId, string cursor, CancellationToken cancellationToken) =>
        await ReadRowsAsync(
            PostgresSql.Named["read_refined_seq"], [Of(namespaceId), Of(cursor)], Whole, cancellationToken) is [var seq] ? seq : 0;

    public async Task<IReadOnlyList<MemoryRow>> ReadUnrefinedAsync(
        long namespaceId, string space, long afterSeq, int limit, CancellationToken cancellationToken) => await ReadRowsAsync(
            PostgresSql.Named["read_unrefined"], [Of(namespaceId), Of(afterSeq), Of(space), Of((long)limit)], StoredRows.Memory, cancellationToken);

    public Task SaveEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyList<EmbeddingRow> rows, string cursor, long refinedSeq, CancellationToken cancellationToken)
        => ExecuteAsync(
            PostgresSql.Named["save_embeddings"],
            [
                Of(namespaceId), Of(space), Of(rows.Select(row => row.Seq).ToArray()), Of(rows.Select(row => row.Vector).ToArray()),
                Of(cursor), Of(refinedSeq),
            ],
            cancellationToken);

    public async Task<IReadOnlyList<EmbeddingRow>> ReadEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) => await ReadRowsAsync(
            PostgresSql.Named["read_embeddings"], [Of(namespaceId), Of(seqs.ToArray()), Of(space)], StoredRows.Embedding, cancellationToken);

    public async Task<bool> ActivateSpaceAsync(
        long namespaceId, long epoch, string space, string cursor, CancellationToken cancellationToken) => await ReadRowsAsync(
            PostgresSql.Named["activate_space"], [Of(namespaceId), Of(epoch), Of(space), Of(cursor)], Whole, cancellationToken) is not [];

    public Task<int> SweepEmbeddingsAsync(
        long namespaceId, string? keptSpace, long afterSeq, long upToSeq, CancellationToken cancellationToken) => ExecuteAsync(
            PostgresSql.Named["sweep_embeddings"], [Of(namespaceId), Of(keptSpace), Of(afterSeq), Of(upToSeq)], cancellationToken);

    private static long Whole(NpgsqlDataReader row) => row.GetInt64(0);
}
