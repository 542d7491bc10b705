using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Observing;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Text;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier;

/// <summary>Searches a namespace that is too large to be held: candidates from the vector tier, and the rest from memory.</summary>
/// <remarks>
/// <para>The tier names candidates by vector and by word; what it has not taken in yet (the <i>tail</i>) is indexed in memory.
/// The candidates' current rows are read from the store, indexed on the spot and ranked by the same code as any namespace, so
/// filters, deletes and versions are judged by the canonical rows and never by the tier's copy.</para>
/// <para>What differs from a resident namespace: the rarity of words is that among the candidates, and only candidates lend
/// each other context.</para>
/// <para>On the grain's turn, but for <see cref="AskAsync"/> and ranking.</para>
/// </remarks>
internal sealed class NamespaceTier : IDisposable
{
    /// <summary>How often one search asks for candidates; what comes behind those is not found.</summary>
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

    /// <summary>What the tier has not taken in yet.</summary>
    public NamespaceIndex Tail { get; }

    /// <summary>Whether the namespace is large enough for the tier, and there is one.</summary>
    public bool IsWanted => _services.Vectors is not null && _configuration.Models.Target is not null
        && _owner.Current is { } owned && owned.MemoryCount > _services.Options.ResidentLimit;

    /// <summary>Keeps the indexers going, and the tail short. After every request.</summary>
    /// <returns>Whether the tier has just become able to serve, so that the resident index is not needed for searches any more.</returns>
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
    /// Loads the tail, if the tier has come far enough; false: it has not, or the deadline passed first.
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

    /// <summary>The current rows of the best candidates. <paramref name="round"/> 0 asks for the best, later rounds for what comes behind.</summary>
    /// <returns>The rows, and whether the tier may know more. Null: the tier has fallen behind the tail.</returns>
    /// <exception cref="VectorTierUnavailableException">The tier is down.</exception>
    public async Task<(IReadOnlyList<Coordinate> Found, bool IsMore)?> AskAsync(
        Ownership owned, SearchRequest request, int round, CancellationToken deadline)
    {
        if (_services.Vectors is not { } tier || round >= MostRounds)
        {
            return ([], false);
        }

        var limit = Math.Max(FewestCandidates, CandidatesPerWanted * (request.Offset + request.TopK));
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

    /// <summary>An index of what these coordinates hold now.</summary>
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
                    index.Put(IndexEntry.Of(row, content, configuration.IsBroughtText) with
                    {
                        Text = text.TryGetValue(row.Seq, out var better) ? better : null,
                        Model = model.TryGetValue(row.Seq, out var own) ? own : null,
                    });
                }

                return index.Publish(head);
            },
            deadline);
    }

    /// <summary>Makes the tier anew from the log.</summary>
    public async Task ReindexAsync(Ownership owned, CancellationToken deadline)
    {
        foreach (var space in new[] { _indexers.TextSpace, _indexers.BroughtSpace }.OfType<EmbeddingSpace>())
        {
            if (await _services.VectorCursors.ReadAsync(owned.Id, space.Name, deadline) is { } cursor)
            {
                await _services.VectorCursors.MoveAsync(owned.Id, space.Name, cursor, IndexCursor.Zero, deadline);
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

    // What the tier is asked: by meaning, by word and by brought vector, each on its own, since fusing is the ranker's.
    private IEnumerable<(EmbeddingSpace Space, VectorQuery Query)> QueriesOf(Ownership owned, SearchRequest request)
    {
        var query = new VectorQuery { NamespaceId = owned.Id, Filter = request.Filter, Now = request.Now, Limit = 1 };
        var dense = _configuration.Models.IsShared ? request.TextVector : request.ModelVector;
        if (_indexers.TextSpace is { } texts && request.Query.Length > 0)
        {
            if (request.Mode != SearchMode.Keyword && dense is not null)
            {
                yield return (texts, query with { Dense = dense });
            }

            if (request.Mode != SearchMode.Vector && SparseTerms.OfQuery(TermCounts.Of(request.Query)) is { } words)
            {
                yield return (texts, query with { Sparse = words });
            }
        }

        if (_indexers.BroughtSpace is { } brought && request.Mode != SearchMode.Keyword && request.BroughtVector is { } vector)
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
