using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Committing;

/// <summary>Deletes the memories that pass a filter, in a series of commits of at most 1,000 memories each.</summary>
/// <remarks>
/// The series is not atomic. The index is searched once. Each commit checks its memories again when it is formed, so a memory that
/// was changed meanwhile and no longer matches is kept; a memory that begins to match meanwhile is kept too. With a key, the receipt
/// holds the progress: a retry goes on where the earlier attempt stopped, and its count includes what that attempt deleted. The same
/// request sent again while the first one is running waits for the first one. Example: 2,500 memories match and the first attempt
/// stops after 1,000; the retry deletes 1,500 and answers <c>"deleted":2500</c>.
/// </remarks>
internal sealed class DeleteSeries(
    EngineServices services,
    NamespaceOwner owner,
    CommitQueue queue,
    NamespaceIndex index,
    KeyedSeries keyed,
    RowFetcher fetcher)
{
    private const int CommitRows = 1_000;

    public Task<DeleteManyReply> RunAsync(DeleteMany request) => keyed.RunAsync(request.Key, request.Timeout, (receipt, deadline) =>
        receipt is null ? GoOnAsync(request, new SeriesAnswer(0, 0), deadline)
        : !receipt.RequestHash.AsSpan().SequenceEqual(request.Key!.RequestHash) ? Task.FromResult(Reused(receipt.Seq))
        : receipt.Status == Receipt.InProgress ? GoOnAsync(request, SeriesAnswer.In(receipt.Body), deadline)
        : Task.FromResult(new DeleteManyReply { Deleted = SeriesAnswer.In(receipt.Body).Deleted, Complete = true, HeadSeq = receipt.Seq }));

    /// <summary>Runs the series. If something was deleted before a failure, the reply says how many, instead of failing.</summary>
    private async Task<DeleteManyReply> GoOnAsync(DeleteMany request, SeriesAnswer progress, DateTimeOffset deadline)
    {
        var series = new Series(request, RowFilter.Read(request.Filter), deadline) { Progress = progress };
        try
        {
            return request.DryRun ? await CountAsync(series) : await DeleteAsync(series);
        }
        catch (SomaException e) when (e is not ReplacedException && series.Progress.Deleted > 0)
        {
            return Unfinished(series);
        }
    }

    private async Task<DeleteManyReply> DeleteAsync(Series series)
    {
        while (true)
        {
            if (keyed.TimeLeft(series.Deadline) <= TimeSpan.Zero)
            {
                return Unfinished(series);
            }

            var (next, isLast) = await FindNextAsync(series);
            if (next.Count == 0 && series.Request.Key is null)
            {
                return new DeleteManyReply { Deleted = series.Progress.Deleted, Complete = true, HeadSeq = owner.Current?.HeadSeq ?? 0 };
            }

            var (reply, removed) = await queue.CommitStepAsync(ToCommand(series, next, isLast));
            if (removed is null)
            {
                return reply.Rejection is not null
                    ? Reused(reply.Seq)
                    : new DeleteManyReply { Deleted = SeriesAnswer.In(reply.Body).Deleted, Complete = true, HeadSeq = reply.Seq };
            }

            series.Progress = new SeriesAnswer(series.Progress.Deleted + removed.Value, series.NextChunk);
            if (isLast)
            {
                return new DeleteManyReply { Deleted = series.Progress.Deleted, Complete = true, HeadSeq = reply.Seq };
            }
        }
    }

    private async Task<(IReadOnlyList<Coordinate> Next, bool IsLast)> FindNextAsync(Series series)
    {
        if (series.Request.Coordinates is not null)
        {
            return (series.CurrentChunk, series.NextChunk >= series.ChunkCount);
        }

        // Searching again for each commit would look at the whole namespace once for every 1,000 memories that are deleted.
        series.Matching ??= new Queue<Coordinate>(await FindMatchingAsync(series));
        var next = new List<Coordinate>(Math.Min(CommitRows, series.Matching.Count));
        while (next.Count < CommitRows && series.Matching.TryDequeue(out var coordinate))
        {
            next.Add(coordinate);
        }

        return (next, series.Matching.Count == 0);
    }

    private async Task<IReadOnlyList<Coordinate>> FindMatchingAsync(Series series)
    {
        if (await keyed.EnsureReadableAsync(series.Deadline) is not { } owned)
        {
            return [];
        }

        if (!await index.EnsureLoadedAsync(Task.Delay(keyed.TimeLeft(series.Deadline), services.Clock)) || index.Current is not { } snapshot)
        {
            throw index.Incomplete();
        }

        var scope = new SearchScope { Filter = series.Filter, Now = owner.Now() };
        var matching = await services.Searches.RunAsync(
            () => Listing.MatchingAsync(snapshot, scope, fetcher.PayloadsOf(owned.Id), CancellationToken.None),
            CancellationToken.None);
        return [.. matching.Select(memory => memory.Coordinate)];
    }

    private async Task<DeleteManyReply> CountAsync(Series series)
    {
        var count = series.Request.Coordinates is null ? (await FindMatchingAsync(series)).Count : await CountNamedAsync(series);
        return new DeleteManyReply { Deleted = count, Complete = true, HeadSeq = owner.Current?.HeadSeq ?? 0 };
    }

    private async Task<long> CountNamedAsync(Series series)
    {
        if (await keyed.EnsureReadableAsync(series.Deadline) is not { } owned)
        {
            return 0;
        }

        var count = 0L;
        foreach (var coordinate in series.Coordinates)
        {
            var row = await Deadline.RunAsync(
                keyed.TimeLeft(series.Deadline),
                services.Clock,
                token => fetcher.FindAsync(owned.Id, coordinate, token),
                CancellationToken.None);
            count += row is not null && row.IsVisible(owner.Now()) && RowFilter.Matches(series.Filter, row) ? 1 : 0;
        }

        return count;
    }

    private WriteCommand ToCommand(Series series, IReadOnlyList<Coordinate> coordinates, bool isLast) => new()
    {
        Operations =
        [
            new DeleteMatching(
                coordinates, row => RowFilter.Matches(series.Filter, row), series.Progress.Deleted, series.NextChunk, isLast),
        ],
        Answer = AnswerKind.Delete,
        Key = series.Request.Key,
        By = series.Request.By,
        Timeout = keyed.TimeLeft(series.Deadline),
        Bytes = coordinates.Sum(coordinate => coordinate.Text.Length * sizeof(char)),
    };

    private DeleteManyReply Unfinished(Series series) =>
        new() { Deleted = series.Progress.Deleted, Complete = false, HeadSeq = owner.Current?.HeadSeq ?? 0 };

    private static DeleteManyReply Reused(long seq) =>
        new() { Deleted = 0, Complete = false, HeadSeq = seq, Rejection = CommitQueue.KeyReused };

    private sealed record Series(DeleteMany Request, FilterExpression Filter, DateTimeOffset Deadline)
    {
        /// <summary>How many memories are deleted, and which chunk of the named coordinates is next.</summary>
        public required SeriesAnswer Progress { get; set; }

        /// <summary>The matching memories that no commit has deleted yet; null until they were searched for.</summary>
        public Queue<Coordinate>? Matching { get; set; }

        public Coordinate[] Coordinates { get; } = [.. (Request.Coordinates ?? []).Distinct()];

        public int ChunkCount => (Coordinates.Length + CommitRows - 1) / CommitRows;

        public Coordinate[] CurrentChunk => [.. Coordinates.Skip((Progress.NextChunk ?? 0) * CommitRows).Take(CommitRows)];

        public int NextChunk => Request.Coordinates is null ? 0 : (Progress.NextChunk ?? 0) + 1;
    }
}
