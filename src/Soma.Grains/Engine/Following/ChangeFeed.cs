using Soma.Grains.Engine.Owning;

namespace Soma.Grains.Engine.Following;

/// <summary>Gives out the log of a namespace as changes, and tells those who wait for the next one. All methods run on the grain's turn.</summary>
/// <remarks>
/// <para>Pages are read from the log, up to the head that readers see and never beyond it, so a consumer sees committed rows only, in their
/// order and without a gap. Nothing is kept for a consumer between two pages: its place is a number that it brings itself.</para>
/// <para>All who wait share one task, which the next commit completes. A waiting gateway causes no reads of the store but the check of the
/// lease when it begins to wait.</para>
/// </remarks>
internal sealed class ChangeFeed(EngineServices services, NamespaceOwner owner)
{
    // A filter that few rows pass looks at this many rows in one statement, and goes on until half of the caller's time is over.
    private const int StretchRows = 10_000;

    private TaskCompletionSource? _next;
    private bool _isEnded;

    public async Task<ChangesReply> ReadAsync(ReadChanges query, CancellationToken deadline)
    {
        var owned = await owner.EnsureReadableAsync(deadline);
        var mark = MarkOf(owned);
        if (query.After > mark.HeadSeq || (query.LogId != 0 && query.LogId != mark.LogId))
        {
            return new ChangesReply { Changes = [], NextAfter = query.After, HeadSeq = mark.HeadSeq, LogId = mark.LogId, IsPlaceGone = true };
        }

        var (rows, next) = owned is null ? ([], query.After) : await ReadRowsAsync(owned.Id, mark.HeadSeq, query, deadline);
        // Reading may have taken longer than the lease, and a successor may have purged meanwhile what was read.
        await owner.EnsureReadableAsync(deadline);
        return new ChangesReply
        {
            Changes = [.. rows.Select(row => ToRecord(row, query.IncludeVectors))],
            NextAfter = next,
            HeadSeq = mark.HeadSeq,
            LogId = mark.LogId,
        };
    }

    /// <summary>Returns where the log stands once it is beyond a place, or when the time is over.</summary>
    public async Task<ChangeMark> WaitAsync(WaitForChange query, CancellationToken cancellationToken)
    {
        var started = services.Clock.GetTimestamp();
        while (true)
        {
            var mark = MarkOf(await owner.EnsureReadableAsync(cancellationToken));
            var left = query.Timeout - services.Clock.GetElapsedTime(started);
            if (mark.HeadSeq > query.After || (query.LogId != 0 && mark.LogId != query.LogId) || left <= TimeSpan.Zero)
            {
                return mark;
            }

            await WaitForNextAsync(left, cancellationToken);
        }
    }

    /// <summary>Wakes all who wait: readers see another head now.</summary>
    public void OnCommittedOnTurn()
    {
        var next = _next;
        _next = null;
        next?.TrySetResult();
    }

    /// <summary>Ends all waits, because this activation stops. Those who waited ask its successor.</summary>
    public void EndOnTurn()
    {
        _isEnded = true;
        OnCommittedOnTurn();
    }

    private async Task WaitForNextAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        if (_isEnded)
        {
            throw new ReplacedException("This activation is stopping.");
        }

        // The callers' turns come after the turn of the commit that completes the task.
        _next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _next.Task.WaitAsync(time, services.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The caller sees that its time is over.
        }

        if (_isEnded)
        {
            throw new ReplacedException("This activation is stopping.");
        }
    }

    /// <returns>The rows, and the place after them: the last seq that was looked at.</returns>
    private async Task<(List<LogRow> Rows, long Next)> ReadRowsAsync(long id, long head, ReadChanges query, CancellationToken deadline)
    {
        var started = services.Clock.GetTimestamp();
        var rows = new List<LogRow>();
        var next = query.After;
        while (next < head && services.Clock.GetElapsedTime(started) < query.Timeout / 2)
        {
            var stretch = new ChangeStretch
            {
                After = next,
                Through = Math.Min(head, next + StretchRows),
                MostRows = query.Limit - rows.Count,
                MostBytes = (query.MaxBytes > 0 ? Math.Min(query.MaxBytes, services.Options.MaxAnswerBytes) : services.Options.MaxAnswerBytes)
                    - rows.Sum(SizeOf),
                Ops = query.Ops,
                Coordinate = query.Coordinate,
                KeyPrefix = query.KeyPrefix,
            };
            if (stretch.MostRows <= 0 || stretch.MostBytes <= 0)
            {
                break;
            }

            var page = await services.Feed.ReadChangesAsync(id, stretch, deadline);
            rows.AddRange(page.Rows);
            if (page.IsCut)
            {
                return (rows, rows[^1].Seq);
            }

            next = stretch.Through;
        }

        return (rows, next);
    }

    private static long SizeOf(LogRow row) =>
        ChangeStretch.RowBytes + row.Memory.Payload.Length + (row.Memory.BroughtVector?.Length ?? 0) + (row.Link?.Metadata?.Length ?? 0);

    private static ChangeMark MarkOf(Ownership? owned) => owned is { HeadSeq: > 0 } ? new ChangeMark(EpochGeneration.LogIdOf(owned.Id, owned.Epoch), owned.HeadSeq) : default;

    private static ChangeRecord ToRecord(LogRow row, bool includeVectors)
    {
        var (memory, link) = (row.Memory, row.Link);
        return new ChangeRecord
        {
            Seq = row.Seq,
            Op = (ChangeOps)(1 << (int)row.Op),
            Coordinate = row.Coordinate,
            At = row.At,
            Version = row.Version,
            Content = row.Content,
            Type = memory.Type,
            Importance = memory.Importance,
            CreatedAt = memory.CreatedAt,
            ExpiresAt = memory.ExpiresAt,
            Payload = row.Payload,
            Text = row.Content == ContentState.Kept ? memory.Text : null,
            HasBroughtVector = memory.BroughtVector is not null,
            BroughtVector = includeVectors ? memory.BroughtVector : null,
            LinkTo = link?.Key.To,
            LinkType = link?.Key.Type,
            Strength = link?.Strength ?? 0,
            Metadata = link?.Metadata,
            Reason = row.Reason,
            By = row.By,
        };
    }
}
