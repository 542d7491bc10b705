using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Testing.Storage;

/// <summary>One namespace of <see cref="InMemoryStore"/>, which holds a lock during every call.</summary>
internal sealed partial class InMemoryNamespace
{
    private readonly Dictionary<Coordinate, MemoryRow> _memories = [];
    private readonly Dictionary<string, Receipt> _receipts = [];
    private long _commitNo;
    private long _lastAt;
    private double? _largestImportance;
    private int? _broughtDimension;
    private bool _released = true;
    private TimeSpan _lease = TimeSpan.Zero;
    private string? _activeSpace;

    public InMemoryNamespace(long id, NamespaceKey key)
    {
        (Id, Key) = (id, key);
        Embeddings = new InMemoryEmbeddings(this);
    }

    public long Id { get; }

    public NamespaceKey Key { get; }

    public InMemoryEmbeddings Embeddings { get; }

    public IEnumerable<MemoryRow> Living => _memories.Values.Where(row => row.Alive && Log[(int)row.Seq - 1].Payload is not null);

    public long Epoch { get; private set; }

    public long HeadSeq => Log.Count;

    public List<LogRow> Log { get; } = [];

    public Dictionary<LinkKey, LinkRow> Links { get; } = [];

    public NamespaceStats Stats => new(Key, new MemoryCounts(
        Count(MemoryType.Episodic), Count(MemoryType.Semantic), Count(MemoryType.Belief),
        _memories.Values.Count(row => row.HasVector)));

    public NamespaceEpoch Now => new(Epoch, _commitNo, Stats.Counts.Total);

    public TakenNamespace Take(TimeSpan lease)
    {
        var taken = new TakenNamespace
        {
            Id = Id,
            Epoch = ++Epoch,
            CommitNo = _commitNo,
            HeadSeq = HeadSeq,
            LastAt = _lastAt,
            MemoryCount = Stats.Counts.Total,
            LargestImportance = _largestImportance ?? 0,
            BroughtDimension = _broughtDimension,
            ActiveSpace = _activeSpace,
            PredecessorReleased = _released,
            PredecessorLease = _lease,
        };
        (_released, _lease) = (false, lease);
        return taken;
    }

    /// <summary>Takes the namespace from its owner, who may still answer reads for the lease that is returned.</summary>
    public RemovedNamespace Remove()
    {
        var removed = new RemovedNamespace(Id, Epoch, _released ? TimeSpan.Zero : _lease);
        Epoch++;
        return removed;
    }

    public bool Release(long epoch)
    {
        _released |= Epoch == epoch;
        return Epoch == epoch;
    }

    public bool Activate(long epoch, string space)
    {
        _activeSpace = Epoch == epoch ? space : _activeSpace;
        return Epoch == epoch;
    }

    public bool Advance(long epoch)
    {
        if (Epoch != epoch)
        {
            return false;
        }

        Epoch++;
        return true;
    }

    public bool WasApplied(CommitBatch batch) => batch switch
    {
        { Log.Count: > 0 } => HeadSeq > batch.HeadSeq && Log[(int)batch.HeadSeq].Epoch == batch.Epoch,
        { Receipts: [var receipt, ..] } => _receipts.TryGetValue(receipt.Key, out var kept)
            && IsSame(kept, receipt) && kept.ExpiresAt == receipt.ExpiresAt,
        _ => Epoch == batch.Epoch + 1 && _commitNo == batch.ExpectedCommitNo + 1,
    };

    public CommitResult Commit(CommitBatch batch)
    {
        if (Epoch != batch.Epoch || _commitNo != batch.ExpectedCommitNo || HeadSeq != batch.HeadSeq)
        {
            return CommitResult.Fenced;
        }

        CheckTexts(batch);
        var retried = batch.Log.Select(row => row.Operation).OfType<byte[]>().Select(operation => StoredOperation.KeyOf(operation))
            .Where(key => _receipts.TryGetValue(key, out var kept) && kept.ExpiresAt > batch.At);
        var clashing = batch.Receipts.Where(receipt => Clashes(receipt, batch.At)).Select(receipt => receipt.Key).Concat(retried).ToArray();
        if (clashing.Length > 0)
        {
            return CommitResult.Clash(clashing);
        }

        Apply(batch);
        return CommitResult.Committed(Stats.Counts.Total);
    }

    public ReadAhead Read(IReadOnlyCollection<Coordinate> coordinates, IReadOnlyCollection<string> receiptKeys) => new(
        coordinates.Distinct().Where(_memories.ContainsKey).ToDictionary(coordinate => coordinate, coordinate => _memories[coordinate]),
        receiptKeys.Distinct().Where(_receipts.ContainsKey).ToDictionary(name => name, name => _receipts[name]));

    public IReadOnlyList<MemoryRow> ReadVersions(IReadOnlyCollection<long> seqs) =>
        [.. seqs.Distinct().Where(seq => seq > 0 && seq <= HeadSeq).Order().Select(seq => Log[(int)seq - 1])
            .Where(row => row is { Op: LogOp.Put, Payload: not null }).Select(ToVersion)];

    public IReadOnlyList<ListPlace> ReadPlaces(HashSet<Coordinate> coordinates, long throughSeq) =>
        [.. Log.Where(row => row.Op == LogOp.Put && row.Seq <= throughSeq && coordinates.Contains(row.Coordinate))
            .GroupBy(row => row.Coordinate).Select(versions => versions.Last()).Select(row => new ListPlace(row.Coordinate, row.Seq, row.Memory.Importance))];

    public IReadOnlyList<MemoryRow> ReadNewest(long beforeSeq, int limit) =>
        [.. Living.Where(row => row.Seq < beforeSeq).OrderByDescending(row => row.Seq).Take(limit)];

    public IReadOnlyList<LinkRow> ReadLinksFrom(HashSet<Coordinate> coordinates, bool incoming, string? linkType, int limit)
    {
        Func<LinkRow, Coordinate> near = incoming ? row => row.Key.To : row => row.Key.From;
        Func<LinkRow, Coordinate> far = incoming ? row => row.Key.From : row => row.Key.To;
        return [.. Links.Values.Where(row => coordinates.Contains(near(row)) && (linkType is null || row.Key.Type == linkType))
            .OrderBy(near).ThenByDescending(row => row.Strength).ThenBy(far).ThenBy(row => row.Key.Type, StringComparer.Ordinal).Take(limit)];
    }

    public IReadOnlyList<LinkRow> ReadLinksAround(HashSet<Coordinate> coordinates, IReadOnlyList<string>? linkTypes, int limitEach)
    {
        IEnumerable<LinkRow> wanted = Links.Values.Where(row => linkTypes?.Contains(row.Key.Type) != false).Select(row => row with { Metadata = null });
        return [.. coordinates.SelectMany(coordinate => Best(coordinate, row => row.Key.From, row => row.Key.To).Concat(Best(coordinate, row => row.Key.To, row => row.Key.From)))];

        IEnumerable<LinkRow> Best(Coordinate coordinate, Func<LinkRow, Coordinate> near, Func<LinkRow, Coordinate> far) =>
            wanted.Where(row => near(row) == coordinate).OrderBy(far).ThenBy(row => row.Key.Type, StringComparer.Ordinal).Take(LinkRow.MostLookedAt)
                .OrderByDescending(row => row.Strength).ThenBy(far).ThenBy(row => row.Key.Type, StringComparer.Ordinal).Take(limitEach);
    }

    // A real store refuses such a text when the text is bound to a parameter.
    private static void CheckTexts(CommitBatch batch)
    {
        var texts = batch.Log.Select(row => row.Memory.Text).Concat(batch.Log.Select(row => row.Link?.Key.Type))
            .Concat(batch.PutLinks.Select(link => (string?)link.Key.Type)).Concat(batch.DeletedLinks.Select(link => (string?)link.Type))
            .Concat(batch.Receipts.Select(receipt => (string?)receipt.Key));
        foreach (var text in texts)
        {
            _ = StoredText.ToBytesOrNull(text);
        }
    }

    private static bool IsSame(Receipt one, Receipt other) =>
        one.RequestHash.AsSpan().SequenceEqual(other.RequestHash) && one.Body.AsSpan().SequenceEqual(other.Body)
        && (one.Status, one.Seq, one.ETag) == (other.Status, other.Seq, other.ETag);

    private int Count(MemoryType type) => _memories.Values.Count(row => row.Alive && row.Type == type);

    private bool Clashes(Receipt receipt, Instant at) =>
        _receipts.TryGetValue(receipt.Key, out var kept) && kept.Status != 0 && kept.ExpiresAt > at && !IsSame(kept, receipt);

    private void Apply(CommitBatch batch)
    {
        Log.AddRange(batch.Log.Select(row => row with { Epoch = batch.Epoch, Memory = row.Memory with { UpdatedAt = batch.At } }));
        foreach (var row in batch.Memories)
        {
            _memories[row.Coordinate] = ToStored(row, batch.At);
        }

        ApplyLinks(batch);
        foreach (var receipt in batch.Receipts)
        {
            _receipts[receipt.Key] = receipt;
        }

        ForgetReceipts(batch.At, 2 * batch.Receipts.Count);

        foreach (var coordinate in batch.Purges)
        {
            Purge(coordinate, batch.At);
        }

        foreach (var (coordinate, count) in batch.AccessCounts)
        {
            if (_memories.TryGetValue(coordinate, out var row) && row.Alive)
            {
                _memories[coordinate] = row with { AccessCount = row.AccessCount + count };
            }
        }

        Touch(batch);
        _commitNo++;
        _lastAt = Math.Max(_lastAt, batch.At.Microseconds);
        _broughtDimension = batch.BroughtDimension ?? _broughtDimension;
        _largestImportance = batch.LargestImportance is { } importance ? Math.Max(_largestImportance ?? importance, importance) : _largestImportance;
    }

    // The content is taken from the log, as in the real stores. A test then also finds a sender whose row differs from
    // its log row.
    private MemoryRow ToStored(MemoryRow row, Instant at)
    {
        if (!row.Alive)
        {
            return MemoryRow.Tombstone(row.Coordinate, row.Seq, row.Version);
        }

        var before = _memories.GetValueOrDefault(row.Coordinate);
        var content = Log[(int)row.Seq - 1].Memory;
        return row with
        {
            UpdatedAt = at,
            Payload = content.Payload,
            Text = content.Text,
            HasText = content.HasText,
            BroughtVector = content.BroughtVector,
            AccessCount = before is { Alive: true } && before.CreatedSeq == row.CreatedSeq ? before.AccessCount : 0,
        };
    }

    private void ApplyLinks(CommitBatch batch)
    {
        foreach (var (coordinate, seq) in batch.LinkRemovals)
        {
            foreach (var link in Links.Values.Where(link => link.Seq < seq && (link.Key.From == coordinate || link.Key.To == coordinate)).ToArray())
            {
                Links.Remove(link.Key);
            }
        }

        foreach (var link in batch.DeletedLinks)
        {
            Links.Remove(link);
        }

        foreach (var link in batch.PutLinks)
        {
            Links[link.Key] = link;
        }
    }

    private void Purge(Coordinate coordinate, Instant at)
    {
        var kept = _memories.TryGetValue(coordinate, out var row) && row.IsVisible(at) ? row.Seq : 0;
        for (var i = 0; i < Log.Count; i++)
        {
            if (Log[i].Op == LogOp.Put && Log[i].Coordinate == coordinate && Log[i].Seq != kept)
            {
                Embeddings.Forget(Log[i].Seq);
                Empty(i, text: null);
            }
        }
    }

    private MemoryRow ToVersion(LogRow row) =>
        row.Memory with { AccessCount = _memories.TryGetValue(row.Coordinate, out var now) && now.Alive ? now.AccessCount : 0 };
}
