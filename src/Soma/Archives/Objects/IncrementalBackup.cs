using System.Collections.Concurrent;

namespace Soma.Archives.Objects;

/// <summary>How a backup into a store of objects is made.</summary>
/// <param name="Namespaces">Which namespaces are backed up; the backup holds no others.</param>
/// <param name="EverythingAnew">Whether nothing of earlier backups is used.</param>
internal sealed record IncrementalRequest(NamespaceSelection Namespaces, bool EverythingAnew);

/// <summary>What a backup did.</summary>
/// <param name="Manifest">What was written last.</param>
/// <param name="Changed">Namespaces that this run wrote.</param>
/// <param name="Resumed">Whether an interrupted run was continued.</param>
internal sealed record IncrementalResult(ObjectManifest Manifest, int Changed, bool Resumed);

/// <summary>
/// A backup that writes what changed since the last one. One query says which namespaces changed; the others cost nothing. Each that changed
/// becomes one more object; then a list of what changed is written, and the manifest last. Without the manifest nothing is a backup.
/// </summary>
/// <remarks>
/// While it runs, lists of the finished namespaces are written too. A run that was killed is continued from them: to the next run they
/// are as good as the lists of a finished backup.
/// </remarks>
internal sealed class IncrementalBackup(ObjectVault vault, INamespaceReader reader, IncrementalRequest request, TimeProvider clock) : IDisposable
{
    private const int AtOnce = 4;
    private const int EntriesAList = 100;
    private const long BytesAList = 16 << 20;
    private const int MostLists = 8;

    private readonly BackupIndex _index = new(vault);
    private readonly SegmentWriter _segments = new(vault.Keys.Current is not null, request.EverythingAnew);
    private readonly ConcurrentDictionary<NamespaceKey, CatalogEntry> _known = [];
    private readonly List<CatalogRef> _lists = [];
    private readonly List<CatalogEntry> _unlisted = [];
    private readonly SemaphoreSlim _listing = new(1);
    private long _unlistedBytes;
    private long _newBytes;
    private int _changed;
    private int _numbered;

    public async Task<IncrementalResult> RunAsync(PrefixLock held, CancellationToken cancellationToken)
    {
        var started = clock.GetUtcNow();
        var (id, isResumed) = await BeginAsync(started, cancellationToken);
        var states = (await reader.ListStatesAsync(cancellationToken)).Where(state => request.Namespaces.Contains(state.Key)).ToList();
        var changed = states.Where(state => !_segments.IsUnchanged(_known.GetValueOrDefault(state.Key), state)).ToList();
        await Parallel.ForEachAsync(
            changed,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (state, cancel) => await AddAsync(id, state, cancel));
        Remove(states.Select(state => state.Key).ToHashSet());
        await ListAsync(id, cancellationToken);
        await held.EnsureHeldAsync(cancellationToken);
        var manifest = await FinishAsync(id, started, cancellationToken);
        return new IncrementalResult(manifest, _changed, isResumed);
    }

    public void Dispose() => _listing.Dispose();

    // What is known is the last finished backup, and what a killed run had written after it.
    private async Task<(string Id, bool IsResumed)> BeginAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (request.EverythingAnew)
        {
            return (BackupIds.Make(now), false);
        }

        var finished = await _index.ListAsync(cancellationToken);
        var open = await UnfinishedLists.FindAsync(vault, finished, now, cancellationToken);
        _lists.AddRange(finished.Count > 0 ? (await _index.ReadAsync(finished[^1], cancellationToken)).Catalogs : []);
        foreach (var (key, entry) in await _index.ReadCatalogsAsync(_lists, cancellationToken))
        {
            _known[key] = entry;
        }

        foreach (var (list, entries) in open.Lists)
        {
            _lists.Add(list);
            entries.ForEach(entry => _known[entry.Key] = entry);
        }

        _numbered = open.Lists.Count;
        return (open.Id ?? BackupIds.Make(now), open.Id is not null);
    }

    private async Task AddAsync(string id, NamespaceState state, CancellationToken cancellationToken)
    {
        // Null: the namespace was deleted since it was listed.
        if (await reader.OpenAsync(state.Key, cancellationToken) is not { } snapshot)
        {
            return;
        }

        SegmentWriter.Segment segment;
        await using (snapshot)
        {
            segment = await _segments.WriteAsync(state, snapshot, _known.GetValueOrDefault(state.Key), clock.GetUtcNow(), cancellationToken);
        }

        await using (segment.File)
        {
            var written = await vault.PutAsync(segment.File, cancellationToken);
            var entry = segment.Entry with { Segments = [.. segment.Entry.Segments, written] };
            _known[state.Key] = entry;
            Interlocked.Increment(ref _changed);
            Interlocked.Add(ref _newBytes, written.Bytes);
            await NoteAsync(id, entry, written.Bytes, cancellationToken);
        }
    }

    private async Task NoteAsync(string id, CatalogEntry entry, long bytes, CancellationToken cancellationToken)
    {
        await _listing.WaitAsync(cancellationToken);
        try
        {
            _unlisted.Add(entry);
            _unlistedBytes += bytes;
            if (_unlisted.Count >= EntriesAList || _unlistedBytes >= BytesAList)
            {
                await ListAsync(id, cancellationToken);
            }
        }
        finally
        {
            _listing.Release();
        }
    }

    private async Task ListAsync(string id, CancellationToken cancellationToken)
    {
        if (_unlisted.Count > 0)
        {
            await ListAsync(id, _unlisted, cancellationToken);
            _unlisted.Clear();
            _unlistedBytes = 0;
        }
    }

    private async Task ListAsync(string id, IReadOnlyCollection<CatalogEntry> entries, CancellationToken cancellationToken)
    {
        var name = UnfinishedLists.NameOf(id, ++_numbered);
        var written = await vault.PutAsync(name, CatalogFile.Write(entries), cancellationToken);
        _lists.Add(new CatalogRef(name, written.Sha256, written.Bytes, entries.Count));
        _newBytes += written.Bytes;
    }

    private void Remove(HashSet<NamespaceKey> there)
    {
        foreach (var (key, entry) in _known.Where(one => !there.Contains(one.Key)))
        {
            _unlisted.Add(new CatalogEntry
            {
                Tenant = key.Tenant,
                Name = key.Name,
                TakenAt = clock.GetUtcNow(),
                HeadSeq = 0,
                HeadAt = 0,
                Memories = 0,
                IsGone = true,
            });
            _known.TryRemove(key, out _);
        }
    }

    private async Task<ObjectManifest> FinishAsync(string id, DateTimeOffset started, CancellationToken cancellationToken)
    {
        // Lists become one again when they are many, or hold more lines that are out of date than others.
        if (_lists.Count > MostLists || _lists.Sum(list => list.Entries) > Math.Max(EntriesAList, 2 * _known.Count))
        {
            _lists.Clear();
            await ListAsync(id, [.. _known.Values], cancellationToken);
        }

        var manifest = new ObjectManifest
        {
            Format = ObjectManifest.Version,
            Soma = ProductVersion.Current,
            Id = id,
            StartedAt = started,
            FinishedAt = clock.GetUtcNow(),
            Store = reader.Kind,
            Namespaces = _known.Count,
            Memories = _known.Values.Sum(entry => entry.Memories),
            Bytes = _known.Values.Sum(entry => entry.Segments.Sum(segment => segment.Bytes)) + _lists.Sum(list => list.Bytes),
            NewBytes = _newBytes,
            Key = vault.Keys.Current?.Fingerprint,
            Catalogs = _lists,
        };
        await _index.WriteAsync(manifest, cancellationToken);
        return manifest;
    }
}
