using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Quotas;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Likeness;

namespace Soma.Grains.Engine.Committing;

/// <summary>
/// A batch, from its first command until readers see it: the effects of its commands so far, on top of the committed rows. A later
/// command of the batch is decided against them.
/// </summary>
/// <remarks>A command of several operations is decided in a child draft, which is merged as a whole, or dropped if an operation is refused.</remarks>
internal sealed class BatchDraft
{
    private readonly CommittedState _state;
    private readonly BatchDraft? _parent;
    private readonly Ownership _owned;
    private readonly List<LogRow> _log = [];
    private readonly Dictionary<Coordinate, DraftRow> _rows = [];
    private readonly Dictionary<Coordinate, long> _linkRemovals = [];
    private readonly Dictionary<LinkKey, LinkRow?> _linkEffects = [];
    private readonly List<Receipt> _receipts = [];

    // The answers of all keys, also of those whose operation lies in the log instead of a receipt.
    private readonly Dictionary<string, Receipt> _answers = new(StringComparer.Ordinal);
    private readonly HashSet<Coordinate> _purges = [];
    private int? _broughtDimension;
    private double? _largestImportance;
    private CommitBatch? _sent;

    public BatchDraft(CommittedState state)
    {
        (_state, _owned, At) = (state, state.Owner.Current!, state.Owner.Now());
        FirstSeq = _owned.HeadSeq + 1;
        Room = state.Bounds.OpenRoom(At);
        Quota = state.Usage.OpenRoom(At);
    }

    private BatchDraft(BatchDraft parent)
    {
        (_state, _owned, At, _parent) = (parent._state, parent._owned, parent.At, parent);
        (FirstSeq, Writer) = (parent.NextSeq, parent.Writer);
    }

    /// <summary>The commands of the batch, each with the answer that it gets once the batch is committed.</summary>
    public List<(PendingWrite Write, WriteReply Reply)> Decided { get; } = [];

    /// <summary>The time of the commit. All decisions of the batch go by it, also whether a memory has expired.</summary>
    public Instant At { get; }

    public long FirstSeq { get; }

    public long NextSeq => FirstSeq + _log.Count;

    /// <summary>The dimension that brought vectors must have: that of the first one, which may be in this batch; null if there was none.</summary>
    public int? BroughtDimension => _broughtDimension ?? (_parent is null ? _owned.BroughtDimension : _parent.BroughtDimension);

    /// <summary>What the batch leaves room for; null: the namespace has no bound.</summary>
    public BatchRoom? Room { get; }

    /// <summary>What the batch leaves of quotas and limits; null: nobody has any.</summary>
    public QuotaRoom? Quota { get; }

    /// <summary>What this draft adds to the log.</summary>
    public IReadOnlyList<LogRow> Log => _log;

    /// <summary>Who sent the command that is being decided, as the log names them; null: the root token.</summary>
    public string? Writer { get; set; }

    /// <summary>Whether the batch has anything to send to the store.</summary>
    public bool HasEffects => _log.Count > 0 || _receipts.Count > 0 || _purges.Count > 0;

    public BatchDraft Branch() => new(this);

    /// <summary>What the coordinate holds after the commands decided so far. Its row must have been read while the command waited.</summary>
    public MemoryRow? Find(Coordinate coordinate)
    {
        for (var draft = this; draft is not null; draft = draft._parent)
        {
            if (draft._rows.TryGetValue(coordinate, out var row))
            {
                return row.Row;
            }
        }

        return _state.Reader.Cache.TryGet(coordinate, out var committed)
            ? committed
            : throw new InvalidOperationException("A row was decided on before it was read.");
    }

    /// <summary>Whether the link exists after the commands decided so far. This must have been read while the command waited.</summary>
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

        return _state.Reader.Links.Exists(key);
    }

    /// <summary>Whether a command decided so far wrote or deleted the memory.</summary>
    public bool Touches(Coordinate coordinate) => _rows.ContainsKey(coordinate) || _parent?.Touches(coordinate) == true;

    /// <summary>The memories that the commands decided so far have stored and not deleted again.</summary>
    public IEnumerable<(MemoryRow Row, ComparedMemory Memory)> StoredSoFar() =>
        _rows.Values.Where(row => row.Content is not null).Select(row => (row.Row, row.Compared))
            .Concat(_parent?.StoredSoFar().Where(stored => !_rows.ContainsKey(stored.Row.Coordinate)) ?? []);

    public void PutMemory(MemoryRow row, IndexedContent? content)
    {
        row = row.By == Writer ? row : row with { By = Writer };
        _log.Add(new LogRow(LogOp.Put, _owned.Epoch, row));
        _rows[row.Coordinate] = new DraftRow(row, content);
        _largestImportance = Math.Max(_largestImportance ?? row.Importance, row.Importance);
        if (row.BroughtVector is { } vector && BroughtDimension is null)
        {
            _broughtDimension = vector.Length / sizeof(float);
        }
    }

    /// <summary>Deletes a memory and its links, also the links that earlier commands of this batch made.</summary>
    /// <param name="row">The memory.</param>
    /// <param name="reason">One of <see cref="DeleteReasons"/>; null: a client's plain delete.</param>
    public void DeleteMemory(MemoryRow row, string? reason = null)
    {
        var tombstone = MemoryRow.Tombstone(row.Coordinate, NextSeq, row.Version) with { By = Writer };
        // The row of the log keeps type and times of the deleted memory, for its history. The tombstone that takes its place needs none.
        _log.Add(new LogRow(
            LogOp.Delete, _owned.Epoch, tombstone with { CreatedSeq = row.CreatedSeq, Type = row.Type, CreatedAt = row.CreatedAt, UpdatedAt = At })
        {
            Reason = reason,
        });
        _rows[row.Coordinate] = new DraftRow(tombstone, null);
        RemoveLinksOf(row.Coordinate, tombstone.Seq);
    }

    public void PutLink(LinkRow link)
    {
        _log.Add(LogRow.OfLink(LogOp.Link, _owned.Epoch, link, At, Writer));
        _linkEffects[link.Key] = link;
    }

    public void DeleteLink(LinkKey key)
    {
        _log.Add(LogRow.OfLink(LogOp.Unlink, _owned.Epoch, new LinkRow(key, 0, null, NextSeq), At, Writer));
        _linkEffects[key] = null;
    }

    public void Purge(Coordinate coordinate) => _purges.Add(coordinate);

    /// <summary>Whether an earlier command of the batch purges the coordinate.</summary>
    public bool IsPurged(Coordinate coordinate) => _purges.Contains(coordinate) || _parent?.IsPurged(coordinate) == true;

    /// <summary>How many purges were committed before this batch.</summary>
    public long CommittedPurges => _state.Reader.Purges;

    public bool HasAnswer(string key) => _answers.ContainsKey(key);

    /// <summary>Keeps an answer for retries: in the newest row of the log if that has the operation, else as a receipt.</summary>
    public void Keep(Receipt receipt, byte[]? operation)
    {
        _answers[receipt.Key] = receipt;
        if (operation is null)
        {
            _receipts.Add(receipt);
        }
        else
        {
            _log[^1] = _log[^1] with { Operation = operation };
        }
    }

    /// <summary>Adds the effects of a child draft to this one.</summary>
    public void Merge(BatchDraft child)
    {
        foreach (var (coordinate, seq) in child._linkRemovals)
        {
            RemoveLinksOf(coordinate, seq);
        }

        _log.AddRange(child._log);
        foreach (var (coordinate, row) in child._rows)
        {
            _rows[coordinate] = row;
        }

        foreach (var (key, link) in child._linkEffects)
        {
            _linkEffects[key] = link;
        }

        _purges.UnionWith(child._purges);
        _broughtDimension = child._broughtDimension ?? _broughtDimension;
        _largestImportance = child._largestImportance is { } largest ? Math.Max(_largestImportance ?? largest, largest) : _largestImportance;
    }

    /// <summary>
    /// The row that the only operation of a command, a patch, meets, if it is not the row on which the patch was prepared: an
    /// earlier write of the queue or of this batch has changed the memory meanwhile.
    /// </summary>
    public (PatchMemory Patch, MemoryRow Row)? FindNewBase(PendingWrite write) =>
        write.Command.Operations is [PatchMemory patch] && Find(patch.Coordinate) is { Alive: true } row && write.Prepared[0]?.BaseSeq != row.Seq
            ? (patch, row)
            : null;

    /// <summary>The batch for the store. From now on, reads under way do not cache rows that it touches.</summary>
    public CommitBatch Send()
    {
        _sent = ToBatch(_state.AccessCounts.Drain(), _state.AccessTimes.Drain());
        _state.Reader.OnSent(_sent);
        return _sent;
    }

    /// <summary>The batch was not applied.</summary>
    public void Unsend()
    {
        _state.AccessCounts.Restore(_sent!.AccessCounts);
        _state.AccessTimes.Restore(_sent.AccessTimes);
        _state.Reader.OnSettled();
    }

    /// <summary>
    /// The batch was applied: the next one can be decided. <see cref="PublishOnTurn"/> must follow within the same turn, so that no reader
    /// sees the cache without the index.
    /// </summary>
    public void TakeInOnTurn(long memoryCount)
    {
        var batch = _sent!;
        _state.Reader.Apply(batch);
        _state.Similar.OnCommitted(batch, coordinate => _rows.GetValueOrDefault(coordinate)?.Content);
        if (batch.LargestImportance > _owned.LargestImportance)
        {
            // Every memory shows its importance as a share of the largest.
            _state.Reader.Cache.Direct.Clear();
        }

        // The head seq comes last: a get off the turn that reads it must find none of the memories that it has replaced.
        _owned.Apply(batch, memoryCount);
        _state.AccessTimes.ApplyOnTurn(batch);
        _state.Bounds.ApplyOnTurn(batch);
        _state.Usage.ApplyOnTurn(Quota);
        foreach (var answer in _answers.Values)
        {
            _state.Receipts.Add(answer);
        }

        _state.Reader.OnSettled();
    }

    /// <summary>Puts the batch into the index, where the next search finds it, and wakes who waits for changes.</summary>
    public void PublishOnTurn()
    {
        if (_log.Count > 0)
        {
            _state.Feed.OnCommittedOnTurn();
        }

        if (_sent is { Memories.Count: > 0 } batch)
        {
            _state.Indexes.ApplyOnTurn(batch, coordinate => _rows.GetValueOrDefault(coordinate)?.Content, isFirst: batch.HeadSeq == 0);
        }
    }

    private CommitBatch ToBatch(IReadOnlyList<(Coordinate, long)> accessCounts, IReadOnlyList<(Coordinate, Instant)> accessTimes) => new()
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
        AccessTimes = accessTimes,
        BroughtDimension = _broughtDimension,
        LargestImportance = _largestImportance,
    };

    private void RemoveLinksOf(Coordinate coordinate, long seq)
    {
        _linkRemovals[coordinate] = seq;
        Array.ForEach([.. _linkEffects.Keys.Where(key => key.From == coordinate || key.To == coordinate)], key => _linkEffects.Remove(key));
    }
}
