using Microsoft.Data.Sqlite;

namespace Soma.Grains.Storage.Sqlite;

// Reads. Each read sees the state after one commit.
public sealed partial class SqliteStore
{
    public Task<ReadAhead> ReadAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyCollection<string> receiptKeys, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                var memories = coordinates.Distinct().Select(object?[] (coordinate) => [namespaceId, coordinate.Text]);
                var rows = session.ReadEach(SqliteSql.Named["read_memory"], StoredRows.Memory, memories);
                var keys = receiptKeys.Distinct().Select(StoredText.ToLookup).OfType<byte[]>();
                var receipts = session.ReadEach(
                    SqliteSql.Named["read_receipt"], StoredRows.Receipt, keys.Select(object?[] (key) => [namespaceId, key]));
                return new ReadAhead(rows.ToDictionary(row => row.Coordinate), receipts.ToDictionary(receipt => receipt.Key));
            },
            cancellationToken);

    public Task<IReadOnlyList<MemoryRow>> ReadVersionsAsync(
        long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken)
    {
        var each = seqs.Distinct().Order().Select(object?[] (seq) => [namespaceId, seq]);
        return ReadEachAsync(SqliteSql.Named["read_version"], StoredRows.Memory, each, cancellationToken);
    }

    public Task<IReadOnlyList<ListPlace>> ReadPlacesAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, long throughSeq, CancellationToken cancellationToken) =>
        ReadEachAsync(
            SqliteSql.Named["read_place"],
            StoredRows.Place,
            coordinates.Distinct().Select(object?[] (coordinate) => [namespaceId, coordinate.Text, throughSeq]),
            cancellationToken);

    public Task<IReadOnlyList<MemoryRow>> ReadNewestAsync(
        long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        ReadEachAsync(SqliteSql.Named["read_newest"], StoredRows.Memory, [[namespaceId, beforeSeq, limit]], cancellationToken);

    public Task<IReadOnlyList<LogRow>> ReadLogAsync(long namespaceId, long afterSeq, int limit, CancellationToken cancellationToken) =>
        ReadEachAsync(SqliteSql.Named["read_log"], StoredRows.Log, [[namespaceId, afterSeq, limit]], cancellationToken);

    public Task<IReadOnlyList<LoggedOperation>> ReadOperationsAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        ReadEachAsync(SqliteSql.Named["read_operations"], StoredRows.Operation, [[namespaceId, beforeSeq, limit]], cancellationToken);

    public Task<IReadOnlyList<LinkRow>> ReadLinksAsync(
        long namespaceId, IReadOnlyCollection<LinkKey> keys, CancellationToken cancellationToken)
    {
        var each = keys.Distinct().Select(object?[] (key) => [namespaceId, key.From.Text, key.To.Text, StoredText.ToLookup(key.Type)]);
        var known = each.Where(values => values[^1] is not null);
        return ReadEachAsync(SqliteSql.Named["read_link"], StoredRows.Link, known, cancellationToken);
    }

    public Task<IReadOnlyList<LinkRow>> ReadLinksFromAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, bool incoming, string? linkType, int limit, CancellationToken cancellationToken)
    {
        var type = linkType is null ? null : StoredText.ToLookup(linkType);
        if (linkType is not null && type is null)
        {
            return Task.FromResult<IReadOnlyList<LinkRow>>([]);
        }

        var sql = incoming ? SqliteSql.Named["read_links_incoming"] : SqliteSql.Named["read_links_outgoing"];
        return database.ReadAsync<IReadOnlyList<LinkRow>>(
            session =>
            {
                var rows = new List<LinkRow>();
                foreach (var coordinate in coordinates.Distinct().Order().TakeWhile(_ => rows.Count < limit))
                {
                    rows.AddRange(session.Read(sql, StoredRows.Link, namespaceId, coordinate.Text, type, limit - rows.Count));
                }

                return rows;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<LinkRow>> ReadLinksAroundAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyList<string>? linkTypes, int limitEach, CancellationToken cancellationToken)
    {
        byte[]?[] types = linkTypes is null ? [null] : [.. linkTypes.Select(StoredText.ToLookup).OfType<byte[]>()];
        string[] ways = [SqliteSql.Named["read_links_leaving"], SqliteSql.Named["read_links_entering"]];
        return database.ReadAsync<IReadOnlyList<LinkRow>>(
            session => [.. coordinates.Distinct().SelectMany(coordinate => ways.SelectMany(way => types
                .SelectMany(type => session.Read(way, StoredRows.Link, namespaceId, coordinate.Text, type, LinkRow.MostLookedAt))
                .OrderByDescending(link => link.Strength)
                .Take(limitEach)))],
            cancellationToken);
    }

    public async Task<StatsReply> ReadStatsAsync(bool includeNamespaces, CancellationToken cancellationToken)
    {
        var reply = NamespaceTotals.ToReply(await ReadEachAsync(SqliteSql.Named["read_stats"], StoredRows.Stats, [[]], cancellationToken));
        return includeNamespaces ? reply : reply with { Namespaces = [] };
    }

    private Task<IReadOnlyList<T>> ReadEachAsync<T>(
        string sql, Func<SqliteDataReader, T> read, IEnumerable<object?[]> each, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<T>>(session => session.ReadEach(sql, read, each), cancellationToken);
}
