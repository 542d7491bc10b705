using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Testing.Storage;

// Reads the log for the change feed.
public sealed partial class InMemoryStore : IFeedStore
{
    public Task<LogStretchPage> ReadChangesAsync(long namespaceId, ChangeStretch stretch, CancellationToken cancellationToken) => DoAsync(() =>
    {
        var rows = new List<LogRow>();
        var bytes = 0L;
        foreach (var row in Find(namespaceId)?.Log.Where(row => Passes(row, stretch)) ?? [])
        {
            rows.Add(row);
            bytes += ChangeStretch.RowBytes + (row.Payload?.Length ?? 0) + (row.Memory.Text?.Length ?? 0)
                + (row.Memory.BroughtVector?.Length ?? 0) + (row.Link?.Metadata?.Length ?? 0);
            if (rows.Count >= stretch.MostRows || bytes >= stretch.MostBytes)
            {
                return new LogStretchPage(rows, IsCut: true);
            }
        }

        return new LogStretchPage(rows, IsCut: false);
    }, cancellationToken);

    public Task<bool> HasContentAsync(long namespaceId, Coordinate coordinate, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.Log.Exists(row => row.Coordinate == coordinate && row.Payload is not null) == true, cancellationToken);

    private static bool Passes(LogRow row, ChangeStretch stretch) =>
        row.Seq > stretch.After && row.Seq <= stretch.Through && stretch.Ops.HasFlag((ChangeOps)(1 << (int)row.Op))
        && Ends(row).Any(end => (stretch.Coordinate is null || end == stretch.Coordinate)
            && (stretch.KeyPrefix is null || end.Text.StartsWith(stretch.KeyPrefix, StringComparison.Ordinal)));

    private static IEnumerable<Coordinate> Ends(LogRow row) => row.Link is null ? [row.Coordinate] : [row.Coordinate, row.Link.Key.To];
}
