using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// Reads. Each is one statement, which takes no row locks and does not wait for them.
public sealed partial class PostgresStore
{
    public async Task<ReadAhead> ReadAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyCollection<string> receiptKeys, CancellationToken cancellationToken)
    {
        var rows = coordinates.Count == 0 ? [] : await ReadRowsAsync(
            PostgresSql.Named["read_memories"], [Of(namespaceId), Of(Texts(coordinates))], StoredRows.Memory, cancellationToken);
        var keys = receiptKeys.Select(StoredText.ToLookup).OfType<byte[]>().ToArray();
        var receipts = keys.Length == 0 ? [] : await ReadRowsAsync(
            PostgresSql.Named["read_receipts"], [Of(namespaceId), Of(keys)], StoredRows.Receipt, cancellationToken);
        return new ReadAhead(rows.ToDictionary(row => row.Coordinate), receipts.ToDictionary(receipt => receipt.Key));
    }

    public async Task<IReadOnlyList<MemoryRow>> ReadVersionsAsync(
        long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        await ReadRowsAsync(PostgresSql.Named["read_versions"], [Of(namespaceId), Of(seqs.ToArray())], StoredRows.Memory, cancellationToken);

    public async Task<IReadOnlyList<ListPlace>> ReadPlacesAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, long throughSeq, CancellationToken cancellationToken) =>
        await ReadRowsAsync(PostgresSql.Named["read_places"], [Of(namespaceId), Of(Texts([.. coordinates.Distinct()])), Of(throughSeq)], StoredRows.Place, cancellationToken);

    public async Task<IReadOnlyList<MemoryRow>> ReadNewestAsync(
        long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        await ReadRowsAsync(PostgresSql.Named["read_newest"], [Of(namespaceId), Of(beforeSeq), Of((long)limit)], StoredRows.Memory, cancellationToken);

    public async Task<IReadOnlyList<LogRow>> ReadLogAsync(
        long namespaceId, long afterSeq, int limit, CancellationToken cancellationToken) =>
        await ReadRowsAsync(PostgresSql.Named["read_log"], [Of(namespaceId), Of(afterSeq), Of((long)limit)], StoredRows.Log, cancellationToken);

    public async Task<IReadOnlyList<LoggedOperation>> ReadOperationsAsync(
        long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        await ReadRowsAsync(
            PostgresSql.Named["read_operations"], [Of(namespaceId), Of(beforeSeq), Of((long)limit)], StoredRows.Operation, cancellationToken);

    public async Task<IReadOnlyList<LinkRow>> ReadLinksAsync(
        long namespaceId, IReadOnlyCollection<LinkKey> keys, CancellationToken cancellationToken)
    {
        var known = keys.Distinct().Select(key => (key.From, key.To, Type: StoredText.ToLookup(key.Type))).Where(key => key.Type is not null).ToArray();
        return await ReadRowsAsync(
            PostgresSql.Named["read_links"],
            [
                Of(namespaceId),
                Of(known.Select(key => key.From.Text).ToArray()),
                Of(known.Select(key => key.To.Text).ToArray()),
                Of(known.Select(key => key.Type).ToArray()),
            ],
            StoredRows.Link,
            cancellationToken);
    }

    public async Task<IReadOnlyList<LinkRow>> ReadLinksFromAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, bool incoming, string? linkType, int limit, CancellationToken cancellationToken)
    {
        var type = linkType is null ? null : StoredText.ToLookup(linkType);
        if (linkType is not null && type is null)
        {
            return [];
        }

        return await ReadRowsAsync(
            incoming ? PostgresSql.Named["read_links_incoming"] : PostgresSql.Named["read_links_outgoing"],
            [Of(namespaceId), Of(Texts(coordinates)), Of(type), Of((long)limit)],
            StoredRows.Link,
            cancellationToken);
    }

    public async Task<IReadOnlyList<LinkRow>> ReadLinksAroundAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyList<string>? linkTypes, int limitEach, CancellationToken cancellationToken)
    {
        var types = linkTypes?.Select(StoredText.ToLookup).OfType<byte[]>().ToArray();
        return await ReadRowsAsync(
            PostgresSql.Named["read_links_around"],
            [Of(namespaceId), Of(Texts([.. coordinates.Distinct()])), Of(types), Of((long)LinkRow.MostLookedAt), Of((long)limitEach)],
            StoredRows.Link,
            cancellationToken);
    }

    private static string[] Texts(IReadOnlyCollection<Coordinate> coordinates) => [.. coordinates.Select(coordinate => coordinate.Text)];
}
