namespace Soma.Grains.Storage.Sqlite;

// Reads. Each read sees the state after one commit. A read by many keys runs a prepared statement once for each key, which takes
// microseconds because there is no round trip.
public sealed partial class SqliteStore
{
    public Task<ReadAhead> ReadAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyCollection<string> receiptKeys, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Read(session, namespaceId, coordinates, receiptKeys), cancellationToken);

    public Task<IReadOnlyList<MemoryRow>> ReadVersionsAsync(
        long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MemoryRow>>(
            session =>
            {
                var rows = new List<MemoryRow>(seqs.Count);
                foreach (var seq in seqs.Distinct().Order())
                {
                    session.ReadInto(rows, SqliteSql.Named["read_version"], StoredRows.Memory, namespaceId, seq);
                }

                return rows;
            },
            cancellationToken);

    public Task<IReadOnlyList<ListPlace>> ReadPlacesAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, long throughSeq, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ListPlace>>(
            session =>
            {
                var places = new List<ListPlace>(coordinates.Count);
                foreach (var coordinate in coordinates.Distinct())
                {
                    session.ReadInto(places, SqliteSql.Named["read_place"], StoredRows.Place, namespaceId, coordinate.Text, throughSeq);
                }

                return places;
            },
            cancellationToken);

    public Task<IReadOnlyList<MemoryRow>> ReadNewestAsync(
        long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<MemoryRow>>(
            session => session.Read(SqliteSql.Named["read_newest"], StoredRows.Memory, namespaceId, beforeSeq, limit), cancellationToken);

    public Task<IReadOnlyList<LogRow>> ReadLogAsync(long namespaceId, long afterSeq, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LogRow>>(
            session => session.Read(SqliteSql.Named["read_log"], StoredRows.Log, namespaceId, afterSeq, limit), cancellationToken);

    public Task<IReadOnlyList<LinkRow>> ReadLinksAsync(
        long namespaceId, IReadOnlyCollection<LinkKey> keys, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LinkRow>>(
            session =>
            {
                var rows = new List<LinkRow>(keys.Count);
                foreach (var key in keys.Distinct())
                {
                    if (StoredText.ToLookup(key.Type) is { } type)
                    {
                        session.ReadInto(rows, SqliteSql.Named["read_link"], StoredRows.Link, namespaceId, key.From.Text, key.To.Text, type);
                    }
                }

                return rows;
            },
            cancellationToken);

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
                    session.ReadInto(rows, sql, StoredRows.Link, namespaceId, coordinate.Text, type, limit - rows.Count);
                }

                return rows;
            },
            cancellationToken);
    }

    public async Task<StatsReply> ReadStatsAsync(bool includeNamespaces, CancellationToken cancellationToken)
    {
        var namespaces = await database.ReadAsync(session => session.Read(SqliteSql.Named["read_stats"], StoredRows.Stats), cancellationToken);
        var reply = NamespaceTotals.ToReply(namespaces);
        return includeNamespaces ? reply : reply with { Namespaces = [] };
    }

    private static ReadAhead Read(
        SqliteSession session, long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyCollection<string> receiptKeys)
    {
        var rows = new List<MemoryRow>(coordinates.Count);
        foreach (var coordinate in coordinates.Distinct())
        {
            session.ReadInto(rows, SqliteSql.Named["read_memory"], StoredRows.Memory, namespaceId, coordinate.Text);
        }

        var receipts = new List<Receipt>();
        foreach (var key in receiptKeys.Distinct().Select(StoredText.ToLookup).OfType<byte[]>())
        {
            session.ReadInto(receipts, SqliteSql.Named["read_receipt"], StoredRows.Receipt, namespaceId, key);
        }

        return new ReadAhead(rows.ToDictionary(row => row.Coordinate), receipts.ToDictionary(receipt => receipt.Key));
    }
}
