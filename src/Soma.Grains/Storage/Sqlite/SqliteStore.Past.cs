using Soma.Grains.Storage.Past;

namespace Soma.Grains.Storage.Sqlite;

// Reads of the log as the past of a namespace.
public sealed partial class SqliteStore : IPastStore
{
    public async Task<long> ReadOldestSeqAsync(long namespaceId, CancellationToken cancellationToken)
    {
        var read = await ReadEachAsync(SqliteSql.Named["past_horizon"], row => row.GetInt64(0), [[namespaceId]], cancellationToken);
        return read is [var horizon] ? horizon : 0;
    }

    public Task<IReadOnlyList<LoggedTime>> ReadTimesAsync(
        long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        ReadEachAsync(SqliteSql.Named["past_time"], PastRows.Time, seqs.Select(object?[] (seq) => [namespaceId, seq]), cancellationToken);

    public Task<IReadOnlyList<LogRow>> ReadHistoryAsync(
        long namespaceId, Coordinate coordinate, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        ReadEachAsync(
            SqliteSql.Named["past_history"], StoredRows.Log, [[namespaceId, coordinate.Text, beforeSeq, limit]], cancellationToken);

    public async Task<LogRow?> FindVersionAsync(long namespaceId, Coordinate coordinate, long version, CancellationToken cancellationToken)
    {
        var read = await ReadEachAsync(
            SqliteSql.Named["past_version"], StoredRows.Log, [[namespaceId, coordinate.Text, version]], cancellationToken);
        return read is [var row] ? row : null;
    }

    public Task<IReadOnlyList<StatePlace>> ReadStateAsync(
        long namespaceId, long throughSeq, Instant now, Coordinate? after, int limit, CancellationToken cancellationToken) =>
        ReadEachAsync(
            SqliteSql.Named["past_state"],
            PastRows.Place,
            [[namespaceId, throughSeq, now.Microseconds, after?.Text ?? "", limit]],
            cancellationToken);

    public Task<IReadOnlyList<LogRow>> ReadLinkChangesAsync(
        long namespaceId, long afterSeq, long throughSeq, int limit, CancellationToken cancellationToken) =>
        ReadEachAsync(
            SqliteSql.Named["past_link_changes"], StoredRows.Log, [[namespaceId, afterSeq, throughSeq, limit]], cancellationToken);
}
