using System.Text.Json;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Engine.Searching;
using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>Deletes what passes a filter: commit after commit of at most 1,000 memories, until none is left.</summary>
/// <remarks>
/// Not atomic. Each commit checks its memories again when it is formed, so that one changed meanwhile is not deleted for
/// what it was. With a key the receipt carries the progress: a retry goes on and counts what its forerunner deleted.
/// </remarks>
internal sealed class DeleteSeries(
    EngineServices services,
    NamespaceOwner owner,
    CommitQueue queue,
    NamespaceIndex index,
    CommittedState state,
    RowReader reader,
    RowFetcher fetcher)
{
    private const int CommitRows = 1_000;

    public async Task<DeleteManyReply> RunAsync(DeleteMany request)
    {
        var deadline = services.Clock.GetUtcNow() + request.Patience;
        if (await FindReceiptAsync(request) is { } receipt)
        {
            if (!receipt.RequestHash.AsSpan().SequenceEqual(request.Key!.RequestHash))
            {
                return new DeleteManyReply { Deleted = 0, Complete = false, HeadSeq = receipt.Seq, Rejection = CommitQueue.KeyReused };
            }

            if (receipt.Status != Receipt.InProgress)
            {
                return new DeleteManyReply { Deleted = CountIn(receipt), Complete = true, HeadSeq = receipt.Seq };
            }

            return await ContinueAsync(request, CountIn(receipt), deadline);
        }

        return await ContinueAsync(request, 0, deadline);
    }

    private static long CountIn(Receipt receipt)
    {
        using var body = JsonDocument.Parse(receipt.Body);
        return body.RootElement.GetProperty("deleted").GetInt64();
    }

    private async Task<DeleteManyReply> ContinueAsync(DeleteMany request, long deleted, DateTimeOffset deadline)
    {
        var filter = RowFilter.Read(request.Filter);
        var waiting = new Queue<Coordinate[]>((request.Coordinates ?? []).Chunk(CommitRows));
        while (true)
        {
            var patience = deadline - services.Clock.GetUtcNow();
            if (patience <= TimeSpan.Zero)
            {
                return new DeleteManyReply { Deleted = deleted, Complete = false, HeadSeq = owner.Current?.HeadSeq ?? 0 };
            }

            var (next, isLast) = request.Coordinates is null
                ? await FindMatchingAsync(filter, request.DryRun, patience)
                : (waiting.TryDequeue(out var chunk) ? chunk : [], waiting.Count == 0);
            if (request.DryRun)
            {
                deleted += await CountAsync(next, filter, patience);
            }
            else if (next.Count > 0 || request.Key is not null)
            {
                deleted += await queue.DeleteMatchingAsync(ToCommand(request, next, filter, deleted, isLast, patience));
            }

            if (isLast)
            {
                return new DeleteManyReply { Deleted = deleted, Complete = true, HeadSeq = owner.Current?.HeadSeq ?? 0 };
            }
        }
    }

    private async Task<(IReadOnlyList<Coordinate> Next, bool IsLast)> FindMatchingAsync(FilterExpression filter, bool all, TimeSpan patience)
    {
        if (await Patience.RunAsync(patience, services.Clock, owner.EnsureReadableAsync, CancellationToken.None) is not { } owned)
        {
            return ([], true);
        }

        if (!await index.EnsureLoadedAsync(Task.Delay(patience, services.Clock)))
        {
            throw new StoreUnavailableException("The namespace is still being loaded; deleting by filter needs all of it.");
        }

        var (snapshot, now) = (index.Current!, state.Now());
        var matching = await services.Searches.RunAsync(
            () => Listing.MatchingAsync(
                snapshot, new SearchScope { Filter = filter, Now = now }, Payloads.Reader(services.Store, owned.Id), CancellationToken.None),
            CancellationToken.None);
        var isLast = all || matching.Count <= CommitRows;
        return ([.. matching.Take(isLast ? int.MaxValue : CommitRows).Select(memory => memory.Coordinate)], isLast);
    }

    private async Task<long> CountAsync(IReadOnlyList<Coordinate> coordinates, FilterExpression filter, TimeSpan patience)
    {
        if (await Patience.RunAsync(patience, services.Clock, owner.EnsureReadableAsync, CancellationToken.None) is not { } owned)
        {
            return 0;
        }

        var count = 0L;
        foreach (var coordinate in coordinates)
        {
            var row = await fetcher.FindAsync(owned.Id, coordinate, CancellationToken.None);
            count += row is not null && row.IsVisible(state.Now()) && RowFilter.Matches(filter, row) ? 1 : 0;
        }

        return count;
    }

    private static WriteCommand ToCommand(
        DeleteMany request, IReadOnlyList<Coordinate> coordinates, FilterExpression filter, long deleted, bool isLast, TimeSpan patience) => new()
        {
            Operations =
        [
            new DeleteMatching
            {
                Coordinates = coordinates,
                Matches = row => RowFilter.Matches(filter, row),
                DeletedBefore = deleted,
                IsLast = isLast,
            },
        ],
            Answer = AnswerKind.Delete,
            Key = request.Key,
            Patience = patience,
            Bytes = coordinates.Sum(coordinate => coordinate.Text.Length * sizeof(char)),
        };

    private async Task<Receipt?> FindReceiptAsync(DeleteMany request)
    {
        if (request.Key is not { } key)
        {
            return null;
        }

        var now = state.Now();
        if (state.Receipts.Find(key.Value, now) is { } receipt)
        {
            return receipt;
        }

        return await Patience.RunAsync(request.Patience, services.Clock, owner.EnsureReadableAsync, CancellationToken.None) is { } owned
            && await reader.ReadAsync(owned.Id, [], [], key.Value) is { } found
            && found.ExpiresAt > now
                ? found
                : null;
    }
}
