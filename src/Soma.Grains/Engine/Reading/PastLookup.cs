using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Past;

namespace Soma.Grains.Engine.Reading;

/// <summary>Reads the versions of one memory from the log. Runs on the grain's turn.</summary>
internal sealed class PastLookup(EngineServices services, NamespaceOwner owner, MomentFinder moments, Records records)
{
    // A version may have a payload of megabytes, and a page is cut to the size of an answer after it was read.
    private const int RowsPerRead = 50;

    /// <summary>The memory as it was at a moment. Such a read is not counted as an access.</summary>
    public async Task<GetMemoryReply> GetAsync(GetMemory query, Moment asked, CancellationToken deadline)
    {
        var found = await moments.FindAsync(asked, deadline);
        if (found.Readable is not { } owned)
        {
            return new GetMemoryReply { HeadSeq = found.Moment.Seq, Rejection = found.Refusal, PastSeq = found.Moment.Seq };
        }

        var rows = await services.Past.ReadHistoryAsync(owned.Id, query.Coordinate, found.Moment.Seq + 1, 1, deadline);
        await owner.EnsureReadableAsync(deadline);
        var isThere = rows is [{ Op: LogOp.Put, IsPurged: false } row] && row.Memory.IsVisible(found.Moment.Now);
        return new GetMemoryReply
        {
            Memory = isThere ? records.ToPastRecord(rows[0].Memory, owned) : null,
            HeadSeq = found.Moment.Seq,
            PastSeq = found.Moment.Seq,
        };
    }

    public async Task<HistoryReply> GetHistoryAsync(GetHistory query, CancellationToken deadline)
    {
        var before = long.MaxValue;
        if (query.Cursor is { } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return new HistoryReply { Versions = [], HeadSeq = owner.Current?.HeadSeq ?? 0, CursorInvalid = true };
        }

        if (await owner.EnsureReadableAsync(deadline) is not { } owned)
        {
            return new HistoryReply { Versions = [], HeadSeq = 0 };
        }

        // A commit that is not published yet may be in the log already.
        var head = owned.HeadSeq;
        var horizon = await services.Past.ReadHorizonAsync(owned.Id, deadline);
        var (versions, next) = await ReadAsync(query, owned.Id, Math.Min(before, head + 1), horizon, deadline);
        await owner.EnsureReadableAsync(deadline);
        return new HistoryReply { Versions = [.. versions], NextCursor = next?.ToString(CultureInfo.InvariantCulture), HeadSeq = head };
    }

    private async Task<(List<HistoryEntry> Versions, long? Next)> ReadAsync(
        GetHistory query, long namespaceId, long before, long horizon, CancellationToken deadline)
    {
        var versions = new List<HistoryEntry>();
        var (bytes, isPurged) = (0L, false);
        while (true)
        {
            // One more than is wanted tells whether another page follows.
            var wanted = Math.Min(RowsPerRead, query.Limit + 1 - versions.Count);
            var rows = await services.Past.ReadHistoryAsync(namespaceId, query.Coordinate, before, wanted, deadline);
            foreach (var row in rows)
            {
                bytes += Records.SizeOf(row.Memory) + (row.Memory.Text?.Length ?? 0);
                if (versions.Count == query.Limit || (bytes > services.Options.MaxAnswerBytes && versions.Count > 0))
                {
                    return (versions, before);
                }

                isPurged |= row.Reason == DeleteReasons.Purged;
                versions.Add(ToEntry(row, isPurged, horizon));
                before = row.Seq;
            }

            if (rows.Count < wanted)
            {
                return (versions, null);
            }
        }
    }

    /// <param name="row">The row of the log.</param>
    /// <param name="isPurged">Whether a later delete erased all versions.</param>
    /// <param name="horizon">A compaction lets only versions go that were replaced before it.</param>
    private static HistoryEntry ToEntry(LogRow row, bool isPurged, long horizon) => new()
    {
        Seq = row.Seq,
        Version = row.Version,
        IsDelete = row.Op == LogOp.Delete,
        At = row.At,
        Reason = row.Reason,
        Content = !row.IsPurged ? ContentState.Kept : isPurged || row.Seq >= horizon ? ContentState.Purged : ContentState.Compacted,
        Payload = row.Payload,
        Text = row.Memory.Text,
        Type = row.Memory.Type,
        Importance = row.Memory.Importance,
        CreatedAt = row.Memory.CreatedAt,
        ExpiresAt = row.Memory.ExpiresAt,
        HasBroughtVector = row.Memory.BroughtVector is not null,
    };
}
