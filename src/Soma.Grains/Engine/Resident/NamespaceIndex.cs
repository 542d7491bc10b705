using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Observing;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Resident;

/// <summary>The search index of a namespace while it is wanted: loaded newest first, moved on by commits, dropped when cold.</summary>
/// <remarks>
/// On the grain's turn. A namespace that begins in this activation is indexed from its first write; an older one is loaded
/// by its first search, while commits go on: what a commit has touched is newer than any page and wins.
/// </remarks>
internal sealed class NamespaceIndex(
    EngineServices services, NamespaceOwner owner, RowReader reader, NamespaceConfiguration configuration, NamespaceGauges? gauges)
{
    private readonly ICanonicalStore _store = services.Store;
    private readonly StoredRefinements _refinements = new(services.Embeddings, configuration);
    private readonly IndexInstruments _instruments = services.Instruments.Index;
    private SearchIndex? _index;
    private Task? _loading;

    /// <summary>Memories up to this seq are left out when it is loaded.</summary>
    public Func<long> Floor { get; init; } = static () => 0;

    public long Bytes => _index?.Bytes ?? 0;

    /// <summary>What is indexed now; null: nothing was asked for yet.</summary>
    public IndexSnapshot? Current => _index?.Current;

    /// <summary>Whether every living memory is in it.</summary>
    public bool IsComplete => _index is { IsLoaded: true };

    /// <summary>Whether loading stopped because the namespace is larger than the memory there is for it.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>Why what needs the whole namespace cannot be answered now.</summary>
    public IndexIncompleteException Incomplete() => new(IsPartial
        ? "The namespace is larger than the memory there is for its index (SOMA_MEMORY_BUDGET_MB): it can be searched, but not listed or deleted by filter."
        : "The namespace is still being loaded, and this needs all of it.");

    /// <summary>Starts loading if that is not done, and waits for it until the deadline.</summary>
    /// <returns>Whether the index is complete; what is not there yet is missing from <see cref="Current"/>.</returns>
    public async Task<bool> EnsureLoadedAsync(Task deadline)
    {
        if (_index is null)
        {
            _index = NewIndex();
            MeasureLag();
            _loading = LoadAsync(_index, owner.Current!.Id);
        }

        if (!_index.IsLoaded && _loading is { } loading && await Task.WhenAny(loading, deadline) == loading)
        {
            await loading;
        }

        return IsComplete;
    }

    /// <summary>Lets it all go; the next search loads it again. Searches under way keep the snapshot they have.</summary>
    public void Drop()
    {
        (_index, _loading, IsPartial) = (null, null, false);
        MeasureLag();
    }

    /// <summary>Takes in what a commit left of the memories it touched, and publishes it.</summary>
    /// <param name="contentOf">What was prepared of a row that the commit wrote.</param>
    /// <param name="isFirst">The commit began the namespace: everything there is, is in it.</param>
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

    /// <summary>Lets go of memories that expired some time before <paramref name="now"/>, and publishes that.</summary>
    public void ReclaimOnTurn(Instant now)
    {
        if (_index is { } index && index.RemoveExpired(now.Before(services.Options.Sweep.ClockSlack)))
        {
            index.Publish(owner.Current?.HeadSeq ?? 0);
            MeasureLag();
        }
    }

    /// <summary>Takes in what the sentence model made, and publishes it.</summary>
    public void RefineOnTurn(TextSpace space, IReadOnlyList<RefinedMemory> refined)
    {
        if (_index is { } index)
        {
            index.Refine(space, refined);
            index.Publish(owner.Current?.HeadSeq ?? 0);
            MeasureLag();
        }
    }

    /// <summary>Goes over to the space that the row names now.</summary>
    public void ChangeSpaceOnTurn()
    {
        if (_index is { } index)
        {
            index.UsesModels = UsesModels;
            if (!index.UsesModels && configuration.Models.IsShared)
            {
                index.DropModels();
            }

            index.Publish(owner.Current?.HeadSeq ?? 0);
            MeasureLag();
        }
    }

    /// <summary>Living memories whose sentence-model vector is still to come, in what is loaded.</summary>
    public int CountRefining(IndexSnapshot snapshot) =>
        configuration.Models.Model is null ? 0
        : snapshot.TextCount - (configuration.Models.IsShared ? snapshot.FinalTextCount : snapshot.FinalModelCount);

    /// <summary>Whether the coordinate's vector is the sentence model's, as far as is loaded.</summary>
    public bool IsRefined(Coordinate coordinate) =>
        configuration.Models.Model is not null
        && _index?.IsRefined(configuration.Models.IsShared ? TextSpace.Shared : TextSpace.Model, coordinate) == true;

    private bool UsesModels => configuration.ModelOf(owner.Current?.ActiveSpace) is not null;

    private SearchIndex NewIndex() =>
        new(configuration.Models.Table?.Dimension ?? EmbeddingSpace.BuiltIn.Dimension) { UsesModels = UsesModels };

    /// <summary>What the row counts and the published index has not; an index that is whole lags behind nothing.</summary>
    private void MeasureLag()
    {
        gauges?.SetIndexLag(
            _index is { IsLoaded: false } index && owner.Current is { } owned ? Math.Max(0, owned.MemoryCount - index.Current.Count) : 0);
        gauges?.SetRefining(_index is { } refining ? CountRefining(refining.Current) : 0);
    }

    private IndexEntry ToEntry(MemoryRow row, IndexedContent content) => IndexEntry.Of(row, content, configuration.IsBroughtText);

    private async Task LoadAsync(SearchIndex index, long namespaceId)
    {
        using var activity = SomaActivities.Source.StartActivity(SomaActivities.LoadIndex);
        _instruments.OnLoadBegun();
        var started = services.Clock.GetTimestamp();
        try
        {
            await Task.Yield();
            if (await LoadPagesAsync(index, namespaceId))
            {
                index.CompleteLoading();
                index.Publish(owner.Current?.HeadSeq ?? 0);
                MeasureLag();
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
            // The next search starts again; those who wait for this one are told.
            if (_index == index)
            {
                Drop();
            }

            throw;
        }
    }

    private async Task<bool> LoadPagesAsync(SearchIndex index, long namespaceId)
    {
        var doubtful = new HashSet<Coordinate>();
        var floor = Floor();
        for (var before = long.MaxValue; ;)
        {
            var (read, touched) = await reader.ReadStableAsync(
                () => _store.ReadNewestAsync(namespaceId, before, services.Options.LoadPageSize, CancellationToken.None));
            var page = read.Count > 0 && read[^1].Seq <= floor ? [.. read.Where(row => row.Seq > floor)] : read;
            if (page.Count == 0)
            {
                return await LoadDoubtfulAsync(index, namespaceId, doubtful);
            }

            doubtful.UnionWith(page.Select(row => row.Coordinate).Where(touched.Contains));
            await AddAsync(index, [.. page.Where(row => !touched.Contains(row.Coordinate))]);
            if (_index != index)
            {
                return false;
            }

            if (index.Bytes > services.Budget.IndexLimitBytes)
            {
                IsPartial = true;
                index.StopLoading();
                return false;
            }

            before = page[^1].Seq;
        }
    }

    /// <summary>Rows that a commit was touching while they were read: read again once that commit is settled.</summary>
    private async Task<bool> LoadDoubtfulAsync(SearchIndex index, long namespaceId, HashSet<Coordinate> doubtful)
    {
        while (doubtful.Count > 0 && _index == index)
        {
            await reader.Settled;
            var (read, touched) = await reader.ReadStableAsync(
                () => _store.ReadAsync(namespaceId, doubtful, [], CancellationToken.None));
            var certain = doubtful.Where(coordinate => !touched.Contains(coordinate)).ToArray();
            await AddAsync(index, [.. certain.Select(read.Rows.GetValueOrDefault).OfType<MemoryRow>().Where(row => row.Alive)]);
            doubtful.ExceptWith(certain);
        }

        // A commit in flight may have moved a memory out of the pages behind our back: it brings it in when it is published.
        await reader.Settled;
        return _index == index;
    }

    private async Task AddAsync(SearchIndex index, IReadOnlyList<MemoryRow> rows)
    {
        if (owner.Current is not { } owned)
        {
            return;
        }

        var (fields, indexer) = (configuration.SequenceFields, configuration.Indexer);
        var (text, model) = await _refinements.ReadAsync(owned, rows);
        var entries = await Task.Run(() => rows.Select(row => ToEntry(row, indexer.Prepare(row.Payload, row.Text, fields))).ToArray());
        foreach (var entry in entries)
        {
            index.AddLoaded(entry with { Text = Find(text, entry.Seq), Model = Find(model, entry.Seq) });
        }

        index.Publish(owner.Current?.HeadSeq ?? 0);
        MeasureLag();
    }

    private static Refinement? Find(IReadOnlyDictionary<long, Refinement> refinements, long seq) =>
        refinements.TryGetValue(seq, out var found) ? found : null;
}
