namespace Soma.Grains.Storage.Sqlite;

// Reads the log for the change feed.
public sealed partial class SqliteStore : IFeedStore
{
    public async Task<LogStretchPage> ReadChangesAsync(long namespaceId, ChangeStretch stretch, CancellationToken cancellationToken) => LogStretchPage.Of(
        await ReadEachAsync(
            SqliteSql.Named["read_changes"],
            StoredRows.Change,
            [
                [
                    namespaceId, stretch.After, stretch.Through, (int)stretch.Ops, stretch.Coordinate?.Text, stretch.KeyPrefix, stretch.MostRows,
                    stretch.MostBytes,
                ],
            ],
            cancellationToken),
        stretch);

    public Task<bool> HasContentAsync(long namespaceId, Coordinate coordinate, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.Exists(SqliteSql.Named["has_content"], namespaceId, coordinate.Text), cancellationToken);
}
