using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Testing.Storage;

/// <summary>The canonical store's contract in memory, for tests of what stands on it. It passes the stores' own contract suite.</summary>
public sealed class InMemoryStore : ICanonicalStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NamespaceKey, Namespace> _byKey = [];
    private readonly Dictionary<long, Namespace> _byId = [];
    private int _commitCount;

    public bool IsExclusive { get; init; }

    /// <summary>Commits applied so far, in all namespaces.</summary>
    public int CommitCount => Volatile.Read(ref _commitCount);

    public Task CreateNamespaceAsync(NamespaceKey key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_byKey.ContainsKey(key))
            {
                _byKey[key] = _byId[_byId.Count + 1] = new Namespace(_byId.Count + 1, key);
            }
        }

        return Task.CompletedTask;
    }

    public Task<TakenNamespace?> TakeEpochAsync(NamespaceKey key, TimeSpan lease, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_byKey.TryGetValue(key, out var found) ? found.Take(lease) : null);
        }
    }

    public Task<bool> ReleaseAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        Locked(namespaceId, found =>
        {
            var isOwner = found.Epoch == epoch;
            found.Released |= isOwner;
            return isOwner;
        });

    public Task<IReadOnlyDictionary<long, long>> ReadEpochsAsync(IReadOnlyCollection<long> namespaceIds, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            IReadOnlyDictionary<long, long> epochs = namespaceIds.Where(_byId.ContainsKey).ToDictionary(id => id, id => _byId[id].Epoch);
            return Task.FromResult(epochs);
        }
    }

    public Task<CommitResult> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_byId.TryGetValue(batch.NamespaceId, out var found))
            {
                return Task.FromResult(CommitResult.Fenced);
            }

            var result = found.Commit(batch);
            _commitCount += result.Status == CommitStatus.Committed ? 1 : 0;
            return Task.FromResult(result);
        }
    }

    public Task<bool> AdvanceEpochAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        Locked(namespaceId, found =>
        {
            var isOwner = found.Epoch == epoch;
            found.Epoch += isOwner ? 1 : 0;
            return isOwner;
        });

    public Task<bool> WasAppliedAsync(CommitBatch batch, CancellationToken cancellationToken) =>
        Locked(batch.NamespaceId, found => found.Holds(batch));

    public Task<ReadAhead> ReadAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyCollection<string> receiptKeys, CancellationToken cancellationToken) =>
        Locked(namespaceId, found => new ReadAhead(
            coordinates.Where(found.Memories.ContainsKey).ToDictionary(coordinate => coordinate, coordinate => found.Memories[coordinate]),
            receiptKeys.Where(found.Receipts.ContainsKey).ToDictionary(key => key, key => found.Receipts[key])));

    public Task<IReadOnlyList<MemoryRow>> ReadVersionsAsync(long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<MemoryRow>>(namespaceId, found =>
            [.. seqs.Select(seq => found.Log[(int)seq - 1]).Where(row => row is { Op: LogOp.Put, Payload: not null }).Select(found.ToVersion)]);

    public Task<IReadOnlyList<MemoryRow>> ReadNewestAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<MemoryRow>>(namespaceId, found =>
            [.. found.Memories.Values.Where(row => row.Alive && row.Seq < beforeSeq).OrderByDescending(row => row.Seq).Take(limit)]);

    public Task<IReadOnlyList<LogRow>> ReadLogAsync(long namespaceId, long afterSeq, int limit, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<LogRow>>(namespaceId, found => [.. found.Log.Where(row => row.Seq > afterSeq).Take(limit)]);

    public Task<IReadOnlyList<LinkRow>> ReadLinksAsync(long namespaceId, IReadOnlyCollection<LinkKey> keys, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<LinkRow>>(namespaceId, found => [.. keys.Where(found.Links.ContainsKey).Select(key => found.Links[key])]);

    public Task<IReadOnlyList<LinkRow>> ReadLinksFromAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, bool incoming, string? linkType, int limit, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<LinkRow>>(namespaceId, found =>
            [.. found.Links.Values
                .Where(link => coordinates.Contains(incoming ? link.Key.To : link.Key.From) && (linkType is null || link.Key.Type == linkType))
                .OrderByDescending(link => link.Strength)
                .ThenBy(link => incoming ? link.Key.From : link.Key.To)
                .Take(limit)]);

    public Task<StatsReply> ReadStatsAsync(bool includeNamespaces, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var stats = _byId.Values.Where(found => found.Log.Count > 0).Select(found => new NamespaceStats(found.Key, found.Count())).ToArray();
            var total = new MemoryCounts(
                stats.Sum(each => each.Counts.Episodic),
                stats.Sum(each => each.Counts.Semantic),
                stats.Sum(each => each.Counts.Belief),
                stats.Sum(each => each.Counts.Vectors));
            return Task.FromResult(new StatsReply { Total = total, Namespaces = includeNamespaces ? stats : [] });
        }
    }

    public Task CheckWritableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task<T> Locked<T>(long namespaceId, Func<Namespace, T> read)
    {
        lock (_lock)
        {
            return Task.FromResult(read(_byId.TryGetValue(namespaceId, out var found) ? found : new Namespace(0, default)));
        }
    }

    private sealed class Namespace(long id, NamespaceKey key)
    {
        private TimeSpan _lease;
        private long _commitNo;
        private long _lastAt;
        private int? _broughtDimension;
        private double _largestImportance;

        public NamespaceKey Key => key;

        public long Epoch { get; set; }

        public bool Released { get; set; } = true;

        public List<LogRow> Log { get; } = [];

        public Dictionary<Coordinate, MemoryRow> Memories { get; } = [];

        public Dictionary<LinkKey, LinkRow> Links { get; } = [];

        public Dictionary<string, Receipt> Receipts { get; } = [];

        public TakenNamespace Take(TimeSpan lease)
        {
            var taken = new TakenNamespace
            {
                Id = id,
                Epoch = ++Epoch,
                CommitNo = _commitNo,
                HeadSeq = Log.Count,
                LastAt = _lastAt,
                MemoryCount = Count().Total,
                LargestImportance = _largestImportance,
                BroughtDimension = _broughtDimension,
                PredecessorReleased = Released,
                PredecessorLease = _lease,
            };
            (Released, _lease) = (false, lease);
            return taken;
        }

        public CommitResult Commit(CommitBatch batch)
        {
            if (Epoch != batch.Epoch || _commitNo != batch.ExpectedCommitNo)
            {
                return CommitResult.Fenced;
            }

            var clashing = batch.Receipts
                .Where(receipt => Receipts.TryGetValue(receipt.Key, out var old) && old.Status != Receipt.InProgress && old.ExpiresAt > batch.At)
                .Select(receipt => receipt.Key)
                .ToArray();
            if (clashing.Length > 0)
            {
                return new CommitResult(CommitStatus.ReceiptClash, clashing);
            }

            Apply(batch);
            return CommitResult.Committed;
        }

        public bool Holds(CommitBatch batch) => batch switch
        {
            { Log.Count: > 0 } => Log.Count > batch.HeadSeq && Log[(int)batch.HeadSeq].Epoch == batch.Epoch,
            { Receipts: [var receipt, ..] } => Receipts.TryGetValue(receipt.Key, out var kept) && kept.Body.AsSpan().SequenceEqual(receipt.Body),
            _ => _commitNo == batch.ExpectedCommitNo + 1,
        };

        public MemoryRow ToVersion(LogRow row) => new()
        {
            Coordinate = row.Coordinate,
            Seq = row.Seq,
            Version = row.Version,
            Alive = true,
            Type = row.Type,
            Importance = row.Importance,
            CreatedSeq = row.CreatedSeq,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.At,
            ExpiresAt = row.ExpiresAt,
            Payload = row.Payload ?? [],
            Text = row.Text,
            HasText = row.HasText,
            BroughtVector = row.BroughtVector,
            AccessCount = Memories.TryGetValue(row.Coordinate, out var now) ? now.AccessCount : 0,
        };

        public MemoryCounts Count()
        {
            var alive = Memories.Values.Where(row => row.Alive).ToArray();
            return new MemoryCounts(
                alive.Count(row => row.Type == MemoryType.Episodic),
                alive.Count(row => row.Type == MemoryType.Semantic),
                alive.Count(row => row.Type == MemoryType.Belief),
                alive.Count(row => row.HasText || row.BroughtVector is not null));
        }

        private void Apply(CommitBatch batch)
        {
            _commitNo++;
            _lastAt = Math.Max(_lastAt, batch.At.Microseconds);
            _broughtDimension = batch.BroughtDimension ?? _broughtDimension;
            _largestImportance = Math.Max(_largestImportance, batch.LargestImportance ?? 0);
            Log.AddRange(batch.Log);
            foreach (var row in batch.Memories)
            {
                var goesOn = Memories.TryGetValue(row.Coordinate, out var old) && old.Alive && row.Alive && old.CreatedSeq == row.CreatedSeq;
                Memories[row.Coordinate] = row with { AccessCount = goesOn ? old!.AccessCount : 0 };
            }

            ApplyLinks(batch);
            foreach (var receipt in batch.Receipts)
            {
                Receipts[receipt.Key] = receipt;
            }

            foreach (var coordinate in batch.Purges)
            {
                Purge(coordinate, batch.At);
            }

            foreach (var (coordinate, count) in batch.AccessCounts)
            {
                if (Memories.TryGetValue(coordinate, out var row) && row.Alive)
                {
                    Memories[coordinate] = row with { AccessCount = row.AccessCount + count };
                }
            }
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
            var kept = Memories.TryGetValue(coordinate, out var row) && row.IsVisible(at) ? row.Seq : 0;
            for (var i = 0; i < Log.Count; i++)
            {
                if (Log[i].Coordinate == coordinate && Log[i].Op == LogOp.Put && Log[i].Seq != kept)
                {
                    Log[i] = Log[i] with { Payload = null, Text = null, BroughtVector = null, HasText = false };
                }
            }
        }
    }
}
