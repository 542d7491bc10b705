using Soma.Archives.Backups;

namespace Soma.Archives.Objects;

/// <summary>A finished backup in a store of objects.</summary>
internal sealed class ObjectBackup : IBackup
{
    private readonly ObjectVault _vault;

    private ObjectBackup(ObjectVault vault, ObjectManifest manifest, IReadOnlyList<NamespaceEntry> namespaces) =>
        (_vault, Name, FinishedAt, Namespaces) = (vault, $"{vault.Store.Name}: {manifest.Id}", manifest.FinishedAt, namespaces);

    public string Name { get; }

    public DateTimeOffset? FinishedAt { get; }

    public IReadOnlyList<NamespaceEntry> Namespaces { get; }

    /// <summary>Reads the manifest and the lists of a backup.</summary>
    /// <exception cref="StartupException">There is none, or these are not as they were written.</exception>
    public static async Task<ObjectBackup> OpenAsync(ObjectVault vault, string? at, CancellationToken cancellationToken)
    {
        var index = new BackupIndex(vault);
        var manifest = await index.FindAsync(at, cancellationToken);
        var known = await index.ReadCatalogsAsync(manifest.Catalogs, cancellationToken);
        return known.Count == manifest.Namespaces && known.Values.Sum(entry => entry.Memories) == manifest.Memories
            ? new ObjectBackup(
                vault,
                manifest,
                [.. known.Values.OrderBy(entry => entry.Tenant, StringComparer.Ordinal).ThenBy(entry => entry.Name, StringComparer.Ordinal)])
            : throw ArchiveProcess.Refuse($"{vault.Store.Name}: {manifest.Id} lists {known.Count} namespaces, and its manifest says {manifest.Namespaces}.");
    }

    public async Task<INamespaceContent> OpenAsync(NamespaceEntry entry, CancellationToken cancellationToken)
    {
        var segments = new List<PartReader>();
        try
        {
            foreach (var segment in ((CatalogEntry)entry).Segments)
            {
                segments.Add(new PartReader(
                    $"{Name}: {segment.Name} ({entry.Key})", await _vault.FetchAsync(segment.Name, segment.Sha256, entry.Key.ToString(), cancellationToken)));
            }

            return new SegmentChain($"{Name}: {entry.Key}", segments);
        }
        catch
        {
            segments.ForEach(segment => segment.Dispose());
            throw;
        }
    }

    public void Dispose() => _vault.Store.Dispose();
}
