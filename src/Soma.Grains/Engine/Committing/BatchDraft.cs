using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>
/// A commit while it is formed: the effects of its commands so far, on top of the committed rows. What a later command of
/// the same batch decides, it decides against this.
/// </summary>
/// <remarks>A command of many operations is decided in a child draft, which is merged whole or dropped whole.</remarks>
internal sealed class BatchDraft
{
    private readonly BatchDraft? _parent;
    private readonly Ownership _owned;
    private readonly RowCache _cache;
    private readonly LinkKnowledge _links;
    private readonly List<LogRow> _log = [];
    private readonly Dictionary<Coordinate, DraftRow> _rows = [];
    private readonly Dictionary<Coordinate, long> _linkRemovals = [];
    private readonly Dictionary<LinkKey, LinkRow?> _linkEffects = [];
    private readonly List<Receipt> _receipts = [];
    private readonly HashSet<Coordinate> _purges = [];
    private int? _broughtDimension;
    private double? _largestImportance;

    public BatchDraft(Ownership owned, Instant at, RowCache cache, LinkKnowledge links)
    {
        (_owned, At, _cache, _links) = (owned, at, cache, links);
        FirstSeq = owned.HeadSeq + 1;
    }

    private BatchDraft(BatchDraft parent)
        : this(parent._owned, parent.At, parent._cache, parent._links)
    {
        _parent = parent;
        FirstSeq = parent.NextSeq;
    }

    /// <summary>The commit's time: every decision and expiry of the batch is taken at this moment.</summary>
    public Instant At { get; }

    /// <summary>The epoch the batch is sent under.</summary>
    public long Epoch => _owned.Epoch;

    public long FirstSeq { get; }

    public long NextSeq => FirstSeq + _log.Count;

    public int RowCount => _log.Count;

    /// <summary>The dimension of brought vectors, the batch's own first one included; null before any.</summary>
    public int? BroughtDimension => _broughtDimension ?? (_parent is null ? _owned.BroughtDimension : _parent.BroughtDimension);

    /// <summary>Whether there is anything to send.</summary>
    public bool HasEffects => _log.Count > 0 || _receipts.Count > 0 || _purges.Count > 0;

    public BatchDraft Branch() => new(this);

    /// <summary>What the coordinate holds after the batch so far; its row was read ahead.</summary>
    public MemoryRow? Find(Coordinate coordinate)
    {
        for (var draft = this; draft is not null; draft = draft._parent)
        {
            if (draft._rows.TryGetValue(coordinate, out var row))
            {
                return row.Row;
            }
        }

        return _cache.TryGet(coordinate, out var committed)
            ? committed
            : throw new InvalidOperationException("A row was decided on before it was read.");
    }

    /// <summary>Whether the link exists after the batch so far; that was read ahead.</summary>
    public bool LinkExists(LinkKey key)
    {
        for (var draft = this; draft is not null; draft = draft._parent)
        {
            if (draft._linkEffects.TryGetValue(key, out var link))
            {
                return link is not null;
            }

            if (draft._linkRemovals.ContainsKey(key.From) || draft._linkRemovals.ContainsKey(key.To))
            {
                return false;
            }
        }

        return _links.Exists(key);
    }

    public void PutMemory(LogRow log, MemoryRow row, IndexedContent? content)
    {
        _log.Add(log);
        _rows[row.Coordinate] = new DraftRow(row, content);
        _largestImportance = Math.Max(_largestImportance ?? row.Importance, row.Importance);
        if (row.BroughtVector is { } vector && BroughtDimension is null)
        {
            _broughtDimension = vector.Length / sizeof(float);
        }
    }

    /// <summary>Deletes a memory: its links with a smaller seq go, those this batch made before it included.</summary>
    public void DeleteMemory(LogRow log, MemoryRow tombstone)
    {
        _log.Add(log);
        _rows[tombstone.Coordinate] = new DraftRow(tombstone, null);
        RemoveLinksOf(tombstone.Coordinate, log.Seq);
    }

    public void PutLink(LogRow log, LinkRow link)
    {
        _log.Add(log);
        _linkEffects[link.Key] = link;
    }

    public void DeleteLink(LogRow log, LinkKey key)
    {
        _log.Add(log);
        _linkEffects[key] = null;
    }

    public void Purge(Coordinate coordinate) => _purges.Add(coordinate);

    public bool HasReceipt(string key) => _receipts.Exists(receipt => receipt.Key == key);

    public void AddReceipt(Receipt receipt) => _receipts.Add(receipt);

    /// <summary>Takes over what a child decided.</summary>
    public void Merge(BatchDraft child)
    {
        foreach (var (coordinate, seq) in child._linkRemovals)
        {
            RemoveLinksOf(coordinate, seq);
        }

        _log.AddRange(child._log);
        Overwrite(_rows, child._rows);
        Overwrite(_linkEffects, child._linkEffects);
        _receipts.AddRange(child._receipts);
        _purges.UnionWith(child._purges);
        _broughtDimension = child._broughtDimension ?? _broughtDimension;
        _largestImportance = Largest(_largestImportance, child._largestImportance);
    }

    public CommitBatch ToBatch(IReadOnlyList<(Coordinate, long)> accessCounts) => new()
    {
        NamespaceId = _owned.Id,
        Epoch = _owned.Epoch,
        ExpectedCommitNo = _owned.CommitNo,
        HeadSeq = _owned.HeadSeq,
        At = At,
        Log = _log,
        Memories = [.. _rows.Values.Select(row => row.Row)],
        LinkRemovals = [.. _linkRemovals.Select(removal => (removal.Key, removal.Value))],
        DeletedLinks = [.. _linkEffects.Where(link => link.Value is null).Select(link => link.Key)],
        PutLinks = [.. _linkEffects.Values.OfType<LinkRow>()],
        Receipts = _receipts,
        Purges = [.. _purges],
        AccessCounts = accessCounts,
        BroughtDimension = _broughtDimension,
        LargestImportance = _largestImportance,
    };

    /// <summary>What the search index keeps of a row this batch wrote, where it was prepared.</summary>
    public IndexedContent? ContentOf(Coordinate coordinate) => _rows.TryGetValue(coordinate, out var row) ? row.Content : null;

    private static double? Largest(double? a, double? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);

    private static void Overwrite<TKey, TValue>(Dictionary<TKey, TValue> target, Dictionary<TKey, TValue> source)
        where TKey : notnull
    {
        foreach (var (key, value) in source)
        {
            target[key] = value;
        }
    }

    private void RemoveLinksOf(Coordinate coordinate, long seq)
    {
        _linkRemovals[coordinate] = seq;
        foreach (var key in _linkEffects.Keys.Where(key => key.From == coordinate || key.To == coordinate).ToArray())
        {
            _linkEffects.Remove(key);
        }
    }

    private sealed record DraftRow(MemoryRow Row, IndexedContent? Content);
}
