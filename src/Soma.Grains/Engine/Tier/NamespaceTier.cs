using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Observing;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Engine.Tier.Indexing;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Engine.Tier;

/// <summary>Finds memories in a namespace whose index is too large for memory: in the vector tier, and in a small index of the newest.</summary>
/// <remarks>
/// <para>The tier finds candidates by vector and by word. The memories that it has not indexed yet (the <i>tail</i>) are indexed
/// in memory. The candidates' current rows are read from the store, indexed for this search only, and ranked by the same code
/// as in any namespace. So filters, deletes and versions are judged by the canonical rows, never by the tier's copy.</para>
/// <para>Two things differ from a resident namespace. How rare a word is, is counted among the candidates. And a hit gains score
/// from its neighbours in the conversation only if they are candidates too.</para>
/// <para>All methods run on the grain's turn, except <see cref="AskAsync"/> and ranking.</para>
/// </remarks>
internal sealed class NamespaceTier : IDisposable
{
    /// <summary>How often one search asks for candidates. Memories that are ranked behind those are not found.</summary>
    public const int MostRounds = 8;

    private const long LongestTail = 100_000;
    private const int LargestTail = 20_000;
    private const int CandidatesPerWanted = 4;
    private const int FewestCandidates = 100;

    private readonly EngineServices _services;
    private readonly NamespaceOwner _owner;
    private readonly NamespaceConfiguration _configuration;
    private readonly RowReader _reader;
    private readonly NamespaceGauges _gauges;
    private readonly TierIndexers _indexers;
    private readonly StoredRefinements _refinements;
    private long _tailFloor;
    private bool _hasServed;

    public NamespaceTier(
        EngineServices services, NamespaceOwner owner, NamespaceConfiguration configuration, RowReader reader, NamespaceGauges gauges)
    {
        (_services, _owner, _configuration, _reader, _gauges) = (services, owner, configuration, reader, gauges);
        _indexers = new TierIndexers(services, owner, configuration);
        _refinements = new StoredRefinements(services.Embeddings, configuration);
        Tail = new NamespaceIndex(services, owner, reader, configuration, gauges: null) { Floor = () => _tailFloor };
    }

    /// <summary>The index of the memories that the tier has not indexed yet.</summary>
    public NamespaceIndex Tail { get; }

    /// <summary>Whether there is a tier, and the namespace is large enough for it.</summary>
    public bool IsWanted => _services.Vectors is not null && _configuration.Models.Target is not null
        && _owner.Current is { } owned && owned.MemoryCount > _services.Options.ResidentLimit;

    /// <summary>Keeps the indexers going, and the tail short. Call this after every request.</summary>
    /// <returns>Whether the tier has become able to serve just now, so that searches no longer need the resident index.</returns>
    public bool Wake()
    {
        if (!IsWanted)
        {
            return false;
        }

        _indexers.Wake();
        _gauges.SetTierLag(Math.Max(0, _owner.Current!.HeadSeq - Reach));
        if (Tail.Current is { } tail && tail.Count > LargestTail && Reach - _tailFloor > LargestTail)
        {
            Tail.Drop();
        }

        var hadServed = _hasServed;
        _hasServed |= HasCaughtUp(_owner.Current!);
        return _hasServed && !hadServed;
    }

    /// <summary>
    /// Loads the tail if the tier has indexed enough. False: it has not, or <paramref name="deadline"/> completed first.
    /// </summary>
    public async Task<bool> PrepareAsync(Ownership owned, Task deadline)
    {
        if (!HasCaughtUp(owned))
        {
            return false;
        }

        if (Tail.Current is null || Reach < _tailFloor)
        {
            Tail.Drop();
            _tailFloor = Reach;
        }

        return await Tail.EnsureLoadedAsync(deadline);
    }

    /// <summary>Asks the tier for candidates. <paramref name="round"/> 0 asks for the best, and each later round for the next ones.</summary>
    /// <returns>The candidates, and whether the tier may have more. Null: the tier lost data, and no longer reaches the beginning of the tail.</returns>
    /// <exception cref="VectorTierUnavailableException">The tier is down.</exception>
    public async Task<(IReadOnlyList<Coordinate> Found, bool IsMore)?> AskAsync(
        Ownership owned, SearchRequest request, int round, CancellationToken deadline)
    {
        if (_services.Vectors is not { } tier || round >= MostRounds)
        {
            return ([], false);
        }

        var limit = Math.Max(FewestCandidates, CandidatesPerWanted * (request.Asked.Offset + request.Asked.TopK));
        var answers = new List<Task<VectorAnswer>>();
        foreach (var (space, query) in QueriesOf(owned, request))
        {
            answers.Add(tier.QueryAsync(space, query with { Limit = limit, Offset = round * limit }, deadline));
        }

        var found = new List<Coordinate>();
        var isMore = false;
        foreach (var answer in await Task.WhenAll(answers))
        {
            if ((answer.Mark?.LogSeq ?? 0) < _tailFloor)
            {
                return null;
            }

            found.AddRange(answer.Hits.Select(hit => hit.Coordinate));
            isMore |= answer.Hits.Count == limit;
        }

        return (found, isMore);
    }

    /// <summary>Indexes what these coordinates hold now.</summary>
    public async Task<IndexSnapshot> IndexAsync(Ownership owned, IReadOnlyCollection<Coordinate> coordinates, CancellationToken deadline)
    {
        var rows = await ReadRowsAsync(owned, [.. coordinates], deadline);
        var (text, model) = await _refinements.ReadAsync(owned, rows);
        var (configuration, head) = (_configuration, owned.HeadSeq);
        var usesModels = configuration.ModelOf(owned.ActiveSpace) is not null;
        return await Task.Run(
            () =>
            {
                var index = new SearchIndex(configuration.Models.Table?.Dimension ?? EmbeddingSpace.BuiltIn.Dimension) { UsesModels = usesModels };
                index.CompleteLoading();
                foreach (var row in rows)
                {
                    var content = configuration.Indexer.Prepare(row.Payload, row.Text, configuration.SequenceFields);
                    index.Put(new IndexEntry
                    {
                        Row = row,
                        Content = content,
                        IsBroughtText = configuration.IsBroughtText,
                        Text = text.GetValueOrDefault(row.Seq),
                        Model = model.GetValueOrDefault(row.Seq),
                    });
                }

                return index.Publish(head);
            },
            deadline);
    }

    /// <summary>Starts to build the namespace's index in the tier again from the log.</summary>
    public async Task ReindexAsync(Ownership owned, CancellationToken deadline)
    {
        foreach (var space in new[] { _indexers.TextSpace, _indexers.BroughtSpace }.OfType<EmbeddingSpace>())
        {
            if (await _services.VectorCursors.ReadAsync(owned.Id, NamespaceIndexer.CursorOf(space), deadline) is { } cursor)
            {
                await _services.VectorCursors.MoveAsync(owned.Id, NamespaceIndexer.CursorOf(space), cursor, IndexCursor.Zero, deadline);
            }
        }

        _indexers.Stop();
        Tail.Drop();
        Wake();
    }

    public void Dispose() => _indexers.Dispose();

    private bool HasCaughtUp(Ownership owned) => Reach > 0 && owned.HeadSeq - Reach <= LongestTail;

    private long Reach
    {
        get
        {
            var texts = _indexers.Texts?.Saved.LogSeq ?? 0;
            return _indexers.Brought is { } brought ? Math.Min(texts, brought.Saved.LogSeq) : texts;
        }
    }

    // The tier is asked by meaning, by word and by brought vector, in a query each, because the ranker fuses the scores itself.
    private IEnumerable<(EmbeddingSpace Space, VectorQuery Query)> QueriesOf(Ownership owned, SearchRequest request)
    {
        var query = new VectorQuery { NamespaceId = owned.Id, Filter = request.Filter, Now = request.Now, Limit = 1 };
        var dense = _configuration.Models.IsShared ? request.TextVector : request.ModelVector;
        if (_indexers.TextSpace is { } texts && request.Asked.Query.Length > 0)
        {
            if (request.Asked.Mode != SearchMode.Keyword && dense is not null)
            {
                yield return (texts, query with { Dense = dense });
            }

            if (request.Asked.Mode != SearchMode.Vector && SparseTerms.OfQuery(TermCounts.OfQuery(request.Asked.Query)) is { } words)
            {
                yield return (texts, query with { Sparse = words });
            }
        }

        if (_indexers.BroughtSpace is { } brought && request.Asked.Mode != SearchMode.Keyword && request.BroughtVector is { } vector)
        {
            yield return (brought, query with { Dense = vector });
        }
    }

    private async Task<IReadOnlyList<MemoryRow>> ReadRowsAsync(Ownership owned, IReadOnlyList<Coordinate> coordinates, CancellationToken deadline)
    {
        foreach (var coordinate in coordinates)
        {
            _reader.Cache.Pin(coordinate);
        }

        try
        {
            await _reader.ReadAsync(owned.Id, coordinates, [], null).WaitAsync(deadline);
            return [.. coordinates.Select(coordinate => _reader.Cache.TryGet(coordinate, out var row) ? row : null).OfType<MemoryRow>().Where(row => row.Alive)];
        }
        finally
        {
            foreach (var coordinate in coordinates)
            {
                _reader.Cache.Unpin(coordinate);
            }
        }
    }
}
