using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// Reads the log for the change feed.
public sealed partial class PostgresStore : IFeedStore
{
    public async Task<LogStretchPage> ReadChangesAsync(long namespaceId, ChangeStretch stretch, CancellationToken cancellationToken) => LogStretchPage.Of(
        await ReadRowsAsync(
            PostgresSql.Named["read_changes"],
            [
                Of(namespaceId), Of(stretch.After), Of(stretch.Through), Of((int)stretch.Ops), Of(stretch.Coordinate?.Text), Of(stretch.KeyPrefix),
                Of((long)stretch.MostRows), Of(stretch.MostBytes),
            ],
            StoredRows.Change,
            cancellationToken),
        stretch);

    public async Task<bool> HasContentAsync(long namespaceId, Coordinate coordinate, CancellationToken cancellationToken) =>
        (await ReadRowsAsync(
            PostgresSql.Named["has_content"], [Of(namespaceId), Of(coordinate.Text)], row => row.GetBoolean(0), cancellationToken))[0];
}
