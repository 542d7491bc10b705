using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Observing;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Resident;

/// <summary>The search index of a namespace in memory. The newest memories are loaded first, and each commit updates it.</summary>
/// <remarks>
/// Runs on the grain's turn. A namespace that begins in this activation is indexed from its first write. An older one is
/// loaded by its first search, while commits go on. What a commit has touched is newer than any page that is loaded, so it
/// stays. The index is dropped when its memory is needed for other namespaces.
/// </remarks>
internal sealed class NamespaceIndex(
    EngineServices services, NamespaceOwner owner, RowReader reader, NamespaceConfiguration configuration, NamespaceGauges? gauges)
{
    private readonly StoredPages _pages = new(services, reader, configuration);
    private readonly IndexInstruments _instruments = services.Instruments.Index;
    private SearchIndex? _index;
    private Task? _loading;

    /// <summary>Memories up to this seq are left out when the index is loaded.</summary>
    public Func<long> Floor { get; init; } = static () => 0;

    public long Bytes => _index?.Bytes ?? 0;

    /// <summary>The newest snapshot; null: no search has needed the index yet.</summary>
    public IndexSnapshot? Current => _index?.Current;

    /// <summary>Whether the index holds every living memory.</summary>
    public bool IsComplete => _index is { IsLoaded: true };

    /// <summary>Whether loading stopped because the index would take more memory than one namespace may have.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>Makes the exception for a request that needs all memories while the index does not hold them.</summary>
    public IndexIncompleteException Incomplete() => new(IsPartial
        ? "The namespace is larger than the memory there is for its index (SOMA_MEMORY_BUDGET_MB): it can be searched, but not listed or deleted by filter."
        : "The namespace is still being loaded, and this needs all of it.");

    /// <summary>Starts to load the index if that has not been done, and waits for it until <paramref name="deadline"/> completes.</summary>
    /// <returns>Whether the index is complete. If not, <see cref="Current"/> lacks some memories.</returns>
    public async Task<bool> EnsureLoadedAsync(Task deadline)
    {
        if (_index is null)
        {
            _index = NewIndex();
            MeasureLag();
            _loading = LoadAsync(_index);
        }

        if (!_index.IsLoaded && _loading is { } loading && await Task.WhenAny(loading, deadline) == loading)
        {
            await loading;
        }

        return IsComplete;
    }

    /// <summary>Drops the index. The next search loads it again; searches under way keep their snapshot.</summary>
    public void Drop()
    {
        (_index, _loading, IsPartial) = (null, null, false);
        reader.Cache.Direct.Clear();
        MeasureLag();
    }

    /// <summary>Puts the memories that a commit wrote into the index, removes those that it deleted, and publishes the result.</summary>
    /// <param name="contentOf">Finds the words and the vector that were prepared for a row of the commit.</param>
    /// <param name="isFirst">Whether the commit began the namespace, so that it holds every memory there is.</param>
    public void ApplyOnTurn(CommitBatch batch, Func<Coordinate, IndexedContent?> contentOf, bool isFirst)
    {
        if (_index is null && isFirst)
        {
            _index = NewIndex();
            _index.CompleteLoading();
        }

        if (_index is null)
        {
            return;
        }

        foreach (var row in batch.Memories)
        {
            if (!row.Alive)
            {
                _index.Remove(row.Coordinate);
            }
            else if (contentOf(row.Coordinate) is { } content)
            {
                _index.Put(ToEntry(row, content));
            }
        }

        _index.Publish(batch.HeadSeq + batch.Log.Count);
        MeasureLag();
    }

    /// <summary>Removes memories that expired some time before <paramref name="now"/>, and publishes the result.</summary>
    public void ReclaimOnTurn(Instant now)
    {
        if (_index is { } index && index.RemoveExpired(now.Before(services.Options.Sweep.ClockSlack)))
        {
            PublishOnTurn(index);
        }
    }

    /// <summary>Puts vectors of the sentence model into the index, and publishes the result.</summary>
    public void RefineOnTurn(TextSpace space, IReadOnlyList<RefinedMemory> refined)
    {
        if (_index is { } index)
        {
            index.Refine(space, refined);
            foreach (var memory in refined)
            {
                reader.Cache.Direct.Remove(memory.Coordinate);
            }

            Publish(index);
        }
    }

    /// <summary>Switches to the space that the namespace's row names now.</summary>
    public void ChangeSpaceOnTurn()
    {
        if (_index is { } index)
        {
            index.UsesModels = UsesModels;
            if (!index.UsesModels && configuration.Models.IsShared)
            {
                index.DropModels();
            }

            PublishOnTurn(index);
        }
    }

    /// <summary>Counts the memories of the snapshot that have no vector of the sentence model yet.</summary>
    public int CountRefining(IndexSnapshot snapshot) =>
        configuration.Models.Model is null ? 0
        : snapshot.TextCount - (configuration.Models.IsShared ? snapshot.FinalTextCount : snapshot.FinalModelCount);

    /// <summary>Whether the memory is loaded with a vector of the sentence model.</summary>
    public bool IsRefined(Coordinate coordinate) =>
        configuration.Models.Model is not null
        && _index?.IsRefined(configuration.Models.IsShared ? TextSpace.Shared : TextSpace.Model, coordinate) == true;

    private bool UsesModels => configuration.ModelOf(owner.Current?.ActiveSpace) is not null;

    private int Dimension => configuration.Models.Table?.Dimension ?? EmbeddingSpace.BuiltIn.Dimension;

    private SearchIndex NewIndex() => new(Dimension) { UsesModels = UsesModels };

    /// <summary>Sets the gauge to the memories that the row counts and the published index lacks. A complete index lacks none.</summary>
    private void MeasureLag()
    {
        gauges?.SetIndexLag(
            _index is { IsLoaded: false } index && owner.Current is { } owned ? Math.Max(0, owned.MemoryCount - index.Current.Count) : 0);
        gauges?.SetRefining(_index is { } refining ? CountRefining(refining.Current) : 0);
    }

    private IndexEntry ToEntry(MemoryRow row, IndexedContent content) =>
        new() { Row = row, Content = content, IsBroughtText = configuration.IsBroughtText };

    private async Task LoadAsync(SearchIndex index)
    {
        using var activity = SomaActivities.Source.StartActivity(SomaActivities.LoadIndex);
        _instruments.OnLoadBegun();
        var started = services.Clock.GetTimestamp();
        try
        {
            await Task.Yield();
            if (await LoadPagesAsync(index))
            {
                index.CompleteLoading();
                PublishOnTurn(index);
            }

            activity?.SetTag("soma.memories", index.Count);
            if (_index == index)
            {
                _instruments.OnLoaded(services.Clock.GetElapsedTime(started));
            }
        }
        catch (Exception e)
        {
            SomaActivities.Mark(activity, e);
            // The next search starts again. Searches that wait for this load get the exception.
            if (_index == index)
            {
                Drop();
            }

            throw;
        }
    }

    private async Task<bool> LoadPagesAsync(SearchIndex index)
    {
        await foreach (var segment in _pages.ReadAsync(owner, Floor(), Dimension))
        {
            if (!AddOnTurn(index, segment))
            {
                return false;
            }
        }

        // A commit in flight may have given a memory a newer seq, so that it was in no page. Its publication puts the memory in.
        await reader.Settled;
        return _index == index;
    }

    /// <returns>False: the index was dropped meanwhile, or is as large as an index may be.</returns>
    private bool AddOnTurn(SearchIndex index, LoadedSegment segment)
    {
        if (_index != index)
        {
            return false;
        }

        index.AddLoaded(segment);
        PublishOnTurn(index);
        IsPartial = index.Bytes > services.Budget.IndexLimitBytes;
        if (IsPartial)
        {
            index.StopLoading();
        }

        return !IsPartial;
    }

    /// <summary>Publishes a change of many memories. Each shows the model of its vector, which may have changed.</summary>
    private void PublishOnTurn(SearchIndex index)
    {
        reader.Cache.Direct.Clear();
        Publish(index);
    }

    private void Publish(SearchIndex index)
    {
        index.Publish(owner.Current?.HeadSeq ?? 0);
        MeasureLag();
    }
}
