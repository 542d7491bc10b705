using Soma.Grains.Storage.Past;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// Reads of the log as the past of a namespace.
public sealed partial class PostgresStore : IPastStore
{
    public async Task<long> ReadOldestSeqAsync(long namespaceId, CancellationToken cancellationToken)
    {
        var read = await ReadRowsAsync(PostgresSql.Named["past_horizon"], [Of(namespaceId)], row => row.GetInt64(0), cancellationToken);
        return read is [var horizon] ? horizon : 0;
    }

    public async Task<IReadOnlyList<LoggedTime>> ReadTimesAsync(
        long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        await ReadRowsAsync(PostgresSql.Named["past_times"], [Of(namespaceId), Of(seqs.ToArray())], PastRows.Time, cancellationToken);

    public async Task<IReadOnlyList<LogRow>> ReadHistoryAsync(
        long namespaceId, Coordinate coordinate, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        await ReadRowsAsync(
            PostgresSql.Named["past_history"],
            [Of(namespaceId), Of(coordinate.Text), Of(beforeSeq), Of((long)limit)],
            StoredRows.Log,
            cancellationToken);

    public async Task<LogRow?> FindVersionAsync(long namespaceId, Coordinate coordinate, long version, CancellationToken cancellationToken)
    {
        var read = await ReadRowsAsync(
            PostgresSql.Named["past_version"], [Of(namespaceId), Of(coordinate.Text), Of(version)], StoredRows.Log, cancellationToken);
        return read is [var row] ? row : null;
    }

    public async Task<IReadOnlyList<StatePlace>> ReadStateAsync(
        long namespaceId, long throughSeq, Instant now, Coordinate? after, int limit, CancellationToken cancellationToken) =>
        await ReadRowsAsync(
            PostgresSql.Named["past_state"],
            [Of(namespaceId), Of(throughSeq), Of(now.Microseconds), Of(after?.Text ?? ""), Of((long)limit)],
            PastRows.Place,
            cancellationToken);

    public async Task<IReadOnlyList<LogRow>> ReadLinkChangesAsync(
        long namespaceId, long afterSeq, long throughSeq, int limit, CancellationToken cancellationToken) =>
        await ReadRowsAsync(
            PostgresSql.Named["past_link_changes"],
            [Of(namespaceId), Of(afterSeq), Of(throughSeq), Of((long)limit)],
            StoredRows.Log,
            cancellationToken);
}
