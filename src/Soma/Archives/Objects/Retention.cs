namespace Soma.Archives.Objects;

/// <summary>Which backups are kept. A backup that either rule keeps is kept; the newest is always kept.</summary>
/// <param name="Last">The newest so many; null: no such rule.</param>
/// <param name="Days">Those that finished within so many days; null: no such rule.</param>
internal sealed record RetentionRule(int? Last, int? Days)
{
    public bool IsAny => Last is not null || Days is not null;
}

/// <summary>What was deleted, and what a lock of the store kept.</summary>
internal sealed record RetentionResult(IReadOnlyList<string> Backups, IReadOnlyList<string> LockedBackups, int Objects, long Bytes, int LockedObjects);

/// <summary>Deletes old backups, and the objects that no backup needs any more.</summary>
internal sealed class Retention(ObjectVault vault, PrefixLock held, TimeProvider clock)
{
    private const int DeletesACheck = 50;

    private readonly BackupIndex _index = new(vault);

    public async Task<RetentionResult> RunAsync(RetentionRule rule, CancellationToken cancellationToken)
    {
        var all = await _index.ListAsync(cancellationToken);
        var (gone, locked) = (new List<string>(), new List<string>());
        await held.EnsureHeldAsync(cancellationToken);
        foreach (var id in Old(all, rule))
        {
            // The hash goes first, so that a half deleted manifest is no backup.
            var name = ObjectManifest.NameOf(id);
            var isGone = await vault.Store.DeleteAsync(name + ObjectManifest.HashSuffix, cancellationToken)
                && await vault.Store.DeleteAsync(name, cancellationToken);
            (isGone ? gone : locked).Add(id);
        }

        // A backup that stays and cannot be read cannot say what it needs. Then no object is deleted.
        var needed = await NeededAsync(cancellationToken);
        var (objects, bytes, kept) = await SweepAsync(needed, cancellationToken);
        return new RetentionResult(gone, locked, objects, bytes, kept);
    }

    private IEnumerable<string> Old(IReadOnlyList<string> all, RetentionRule rule) => all.SkipLast(Math.Max(1, rule.Last ?? 1))
        .Where(id => rule.Days is not { } days || BackupIds.TimeOf(id) < clock.GetUtcNow().AddDays(-days));

    private async Task<HashSet<string>> NeededAsync(CancellationToken cancellationToken)
    {
        var all = await _index.ListAsync(cancellationToken);
        var needed = new HashSet<string>();
        var lists = new Dictionary<string, List<CatalogEntry>>();
        foreach (var id in all)
        {
            // Of a namespace only what the newest list says is needed: what an earlier one says may have been purged since.
            var newest = new Dictionary<NamespaceKey, CatalogEntry>();
            foreach (var list in (await _index.ReadAsync(id, cancellationToken)).Catalogs)
            {
                // Lists are shared by backups, and read once.
                if (!lists.TryGetValue(list.Name, out var entries))
                {
                    lists[list.Name] = entries = await _index.ReadCatalogAsync(list, cancellationToken);
                }

                needed.Add(list.Name);
                entries.ForEach(entry => newest[entry.Key] = entry);
            }

            Add(newest.Values);
        }

        // An interrupted backup will be continued with what it has written.
        foreach (var (list, entries) in (await UnfinishedLists.FindAsync(vault, all, clock.GetUtcNow(), cancellationToken)).Lists)
        {
            needed.Add(list.Name);
            Add(entries);
        }

        return needed;

        void Add(IEnumerable<CatalogEntry> entries) => needed.UnionWith(entries.SelectMany(entry => entry.Segments).Select(segment => segment.Name));
    }

    private async Task<(int Objects, long Bytes, int Locked)> SweepAsync(HashSet<string> needed, CancellationToken cancellationToken)
    {
        var (objects, bytes, locked) = (0, 0L, 0);
        foreach (var folder in (string[])["objects/", UnfinishedLists.Folder])
        {
            await foreach (var one in vault.Store.ListAsync(folder, cancellationToken))
            {
                if (needed.Contains(one.Name))
                {
                    continue;
                }

                if ((objects + locked) % DeletesACheck == 0)
                {
                    await held.EnsureHeldAsync(cancellationToken);
                }

                var isGone = await vault.Store.DeleteAsync(one.Name, cancellationToken);
                (objects, bytes, locked) = isGone ? (objects + 1, bytes + one.Bytes, locked) : (objects, bytes, locked + 1);
            }
        }

        return (objects, bytes, locked);
    }
}
