using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Likeness;

namespace Soma.Grains.Engine.Committing;

/// <summary>A memory that is like a new one.</summary>
/// <param name="Row">The version that was compared.</param>
/// <param name="Score">How alike they are, 0–1.</param>
internal readonly record struct SimilarMemory(MemoryRow Row, double Score);

/// <summary>What was found for a store with <c>on_similar</c> while it waited.</summary>
/// <param name="Memory">The new memory.</param>
/// <param name="Found">The memories that were like it then.</param>
internal sealed record SimilarFound(ComparedMemory Memory, IReadOnlyList<(Coordinate Coordinate, long Seq, double Score)> Found);

/// <summary>Finds the current memories that are most like a new one, so that two equal stores at once leave one memory.</summary>
/// <remarks>
/// The namespace is searched while the command waits, off the turn. When its batch is formed, three things are put together: what that
/// search found and is still current, what was committed since the search's snapshot, and what earlier commands of the batch store. So
/// the decision meets every memory there is, and the search does not hold up other commits.
/// </remarks>
internal sealed class SimilarMemories(
    EngineServices services, NamespaceOwner owner, NamespaceIndex index, RowReader reader, RowFetcher fetcher, NamespaceConfiguration configuration)
{
    /// <summary>How many memories an answer names.</summary>
    private const int MostNamed = 5;
    private const int FirstTidying = 256;

    // What commits stored since the oldest snapshot that a waiting command was searched in.
    private readonly Dictionary<Coordinate, (MemoryRow Row, ComparedMemory Memory)> _recent = [];
    private readonly LinkedList<PendingWrite> _searching = [];
    private int _nextTidying = FirstTidying;

    /// <summary>Searches for what the stores of a command may be like, and pins the rows that the decision may need.</summary>
    public async Task PrepareAsync(PendingWrite write, Ownership owned)
    {
        if (!await index.EnsureLoadedAsync(Task.Delay(write.Command.Timeout, services.Clock)) || index.Current is not { } snapshot)
        {
            throw index.Incomplete();
        }

        // Whoever gives a command up has it forgotten at once, and nobody comes back to forget what would be noted from here on.
        if (write.Stage == WriteStage.Done)
        {
            return;
        }

        // From this turn on, commits note what they store: the snapshot holds everything before.
        write.SearchedAt = owned.HeadSeq;
        _searching.AddLast(write);
        for (var i = 0; i < write.Prepared.Length; i++)
        {
            if (write.Command.Operations[i] is PutMemory { OnSimilar: { } rule } put && write.Prepared[i] is { Content: { } content } prepared)
            {
                write.Prepared[i] = prepared with { Similar = await FindAsync(snapshot, put, rule, content, owned.Id) };
            }
        }

        if (write.Stage == WriteStage.Done)
        {
            return;
        }

        var found = write.Prepared.SelectMany(prepared => prepared?.Similar?.Found ?? []).Select(memory => memory.Coordinate);
        var more = found.Except(write.Coordinates).ToArray();
        Array.ForEach(more, reader.Cache.Pin);
        write.Coordinates = [.. write.Coordinates, .. more];
        await reader.ReadAsync(owned.Id, more, [], null);
    }

    /// <summary>The command is decided or given up: what was noted for it alone is forgotten.</summary>
    public void Forget(PendingWrite write)
    {
        if (write.SearchedAt is null || !_searching.Remove(write))
        {
            return;
        }

        var oldest = _searching.First?.Value.SearchedAt ?? long.MaxValue;
        // The next pass over the notes comes when there are twice as many, so a note is looked at a few times in all.
        if (_searching.Count == 0 || _recent.Count >= _nextTidying)
        {
            foreach (var (coordinate, recent) in _recent)
            {
                if (recent.Row.Seq <= oldest)
                {
                    _recent.Remove(coordinate);
                }
            }

            _nextTidying = Math.Max(FirstTidying, 2 * _recent.Count);
        }
    }

    /// <summary>The current memories that are like the new one, most alike first; none is its own earlier version.</summary>
    public IReadOnlyList<SimilarMemory> Find(BatchDraft draft, PutMemory put, SimilarFound similar)
    {
        var wanted = put.OnSimilar!.MinScore;
        var before = similar.Found
            .Where(found => !_recent.ContainsKey(found.Coordinate) && draft.Find(found.Coordinate)?.Seq == found.Seq)
            .Select(found => new SimilarMemory(draft.Find(found.Coordinate)!, found.Score));
        var since = _recent.Values
            .Where(recent => !draft.Touches(recent.Row.Coordinate))
            .Concat(draft.StoredSoFar())
            .Select(stored => new SimilarMemory(stored.Row, similar.Memory.LikenessTo(stored.Memory, wanted)));
        return [.. before.Concat(since)
            .Where(found => found.Score >= wanted && found.Row.Coordinate != put.Coordinate && found.Row.IsVisible(draft.At))
            .OrderByDescending(found => found.Score).ThenBy(found => found.Row.CreatedSeq).Take(MostNamed)];
    }

    /// <summary>Notes what a commit stored, for the commands that were searched for before it.</summary>
    public void OnCommitted(CommitBatch batch, Func<Coordinate, IndexedContent?> contentOf)
    {
        if (_searching.Count == 0)
        {
            return;
        }

        foreach (var row in batch.Memories)
        {
            _recent.Remove(row.Coordinate);
            if (row.Alive && contentOf(row.Coordinate) is { } content)
            {
                _recent[row.Coordinate] = (row, content.ToCompared(row.Payload, row.BroughtVector));
            }
        }
    }

    private async Task<SimilarFound> FindAsync(IndexSnapshot snapshot, PutMemory put, OnSimilar rule, IndexedContent content, long namespaceId)
    {
        var (memory, now, indexer) = (content.ToCompared(put.Payload, put.BroughtVector), owner.Now(), configuration.Indexer);
        var places = (await services.Searches.RunAsync(
            () => SimilarSearch.FindAsync(snapshot, memory, content.Reading, now, CancellationToken.None), CancellationToken.None)).ToArray();
        var rows = await fetcher.FindVersionsAsync(namespaceId, places, CancellationToken.None);
        var found = await Task.Run(() => rows.OfType<MemoryRow>()
            .Select(row => (row.Coordinate, row.Seq, Score: memory.LikenessTo(indexer.ToCompared(row.Payload, row.Text, row.BroughtVector), rule.MinScore)))
            .Where(each => each.Coordinate != put.Coordinate && each.Score >= rule.MinScore)
            .OrderByDescending(each => each.Score).ThenBy(each => each.Seq)
            .ToArray());
        return new SimilarFound(memory, found);
    }
}
