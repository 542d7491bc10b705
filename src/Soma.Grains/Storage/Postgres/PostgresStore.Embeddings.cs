using static Soma.Grains.Storage.Postgres.PostgresParameters;

namespace Soma.Grains.Storage.Postgres;

// Vectors that sentence models made.
public sealed partial class PostgresStore : IEmbeddingStore
{
    public async Task<long> BeginRefiningAsync(long namespaceId, string cursor, CancellationToken cancellationToken)
    {
        var rows = await ReadRowsAsync(PostgresSql.Named["begin_refining"], [Of(namespaceId), Of(cursor)], row => row.GetInt64(0), cancellationToken);
        return rows[0];
    }

    public async Task<long> ReadRefinedSeqAsync(long namespaceId, string cursor, CancellationToken cancellationToken)
    {
        var rows = await ReadRowsAsync(PostgresSql.Named["read_refined_seq"], [Of(namespaceId), Of(cursor)], row => row.GetInt64(0), cancellationToken);
        return rows.Count > 0 ? rows[0] : 0;
    }

    public async Task<IReadOnlyList<MemoryRow>> ReadUnrefinedAsync(
        long namespaceId, string space, long afterSeq, int limit, CancellationToken cancellationToken) => await ReadRowsAsync(
            PostgresSql.Named["read_unrefined"], [Of(namespaceId), Of(afterSeq), Of(space), Of((long)limit)], StoredRows.Memory, cancellationToken);

    public async Task SaveEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyList<EmbeddingRow> rows, string cursor, long refinedSeq, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            PostgresSql.Named["save_embeddings"],
            [
                Of(namespaceId), Of(space), Of(rows.Select(row => row.Seq).ToArray()), Of(rows.Select(row => row.Vector).ToArray()),
                Of(cursor), Of(refinedSeq),
            ],
            cancellationToken);
    }

    public async Task<IReadOnlyList<EmbeddingRow>> ReadEmbeddingsAsync(
        long namespaceId, string space, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) => await ReadRowsAsync(
            PostgresSql.Named["read_embeddings"], [Of(namespaceId), Of(seqs.ToArray()), Of(space)], StoredRows.Embedding, cancellationToken);

    public async Task<bool> ActivateSpaceAsync(
        long namespaceId, long epoch, string space, string cursor, CancellationToken cancellationToken)
    {
        var activated = await ReadRowsAsync(
            PostgresSql.Named["activate_space"], [Of(namespaceId), Of(epoch), Of(space), Of(cursor)], row => row.GetInt64(0), cancellationToken);
        return activated.Count > 0;
    }

    public Task<int> SweepEmbeddingsAsync(
        long namespaceId, string? keptSpace, long afterSeq, long upToSeq, CancellationToken cancellationToken) => ExecuteAsync(
            PostgresSql.Named["sweep_embeddings"], [Of(namespaceId), Of(keptSpace), Of(afterSeq), Of(upToSeq)], cancellationToken);
}
