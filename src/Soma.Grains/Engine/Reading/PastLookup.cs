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
        if (await moments.RecheckAsync(found, deadline) is { } gone)
        {
            return new GetMemoryReply { HeadSeq = found.Moment.Seq, Rejection = gone, PastSeq = found.Moment.Seq };
        }

        var isThere = rows is [{ Op: LogOp.Put, Content: ContentState.Kept } row] && row.Memory.IsVisible(found.Moment.Now);
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
        var (versions, next) = await ReadAsync(query, owned.Id, Math.Min(before, head + 1), deadline);
        await owner.EnsureReadableAsync(deadline);
        return new HistoryReply { Versions = [.. versions], NextCursor = next?.ToString(CultureInfo.InvariantCulture), HeadSeq = head };
    }

    private async Task<(List<HistoryEntry> Versions, long? Next)> ReadAsync(
        GetHistory query, long namespaceId, long before, CancellationToken deadline)
    {
        var versions = new List<HistoryEntry>();
        var bytes = 0L;
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

                versions.Add(ToEntry(row));
                before = row.Seq;
            }

            if (rows.Count < wanted)
            {
                return (versions, null);
            }
        }
    }

    private static HistoryEntry ToEntry(LogRow row) => new()
    {
        Seq = row.Seq,
        Version = row.Version,
        IsDelete = row.Op == LogOp.Delete,
        At = row.At,
        Reason = row.Reason,
        By = row.By,
        Content = row.Content,
        Payload = row.Payload,
        Text = row.Content == ContentState.Kept ? row.Memory.Text : null,
        Type = row.Memory.Type,
        Importance = row.Memory.Importance,
        CreatedAt = row.Memory.CreatedAt,
        ExpiresAt = row.Memory.ExpiresAt,
        HasBroughtVector = row.Memory.BroughtVector is not null,
    };
}
