namespace Soma.Archives.Objects;

/// <summary>The backups under a prefix, and what each consists of.</summary>
internal sealed class BackupIndex(ObjectVault vault)
{
    private const string Backups = "backups/";
    private const string Manifests = ".json";

    /// <summary>The names of all finished backups, oldest first.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        await foreach (var one in vault.Store.ListAsync(Backups, cancellationToken))
        {
            var id = one.Name[Backups.Length..].Split('.')[0];
            if (one.Name.EndsWith(Manifests + ObjectManifest.HashSuffix, StringComparison.Ordinal) && BackupIds.TimeOf(id) is not null)
            {
                ids.Add(id);
            }
        }

        return [.. ids.Order(StringComparer.Ordinal)];
    }

    /// <summary>The newest backup, or the one that is asked for.</summary>
    /// <param name="at">The name of a backup, or a time: the newest that had finished by then; null: the newest of all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StartupException">There is none.</exception>
    public async Task<ObjectManifest> FindAsync(string? at, CancellationToken cancellationToken)
    {
        var ids = await ListAsync(cancellationToken);
        if (at is null || ids.Contains(at))
        {
            return await ReadAsync(at ?? (ids.Count > 0 ? ids[^1] : throw ArchiveProcess.Refuse($"{vault.Store.Name} holds no finished backup.")), cancellationToken);
        }

        if (!DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            throw ArchiveProcess.Refuse($"{vault.Store.Name} holds no backup {at}. --at takes the name of a backup, or a time as in 2026-01-02T08:00Z.");
        }

        foreach (var id in ids.Reverse().Where(id => BackupIds.TimeOf(id) <= time))
        {
            if (await ReadAsync(id, cancellationToken) is var manifest && manifest.FinishedAt <= time)
            {
                return manifest;
            }
        }

        throw ArchiveProcess.Refuse($"{vault.Store.Name} holds no backup that had finished by {time:u}.");
    }

    /// <exception cref="StartupException">The manifest is missing, altered, of a newer format, or its key is not there.</exception>
    public async Task<ObjectManifest> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var name = ObjectManifest.NameOf(id);
        var hash = await vault.ReadPlainAsync(name + ObjectManifest.HashSuffix, cancellationToken)
            ?? throw ArchiveProcess.Refuse($"{vault.Store.Name}: {name}{ObjectManifest.HashSuffix} is missing: no backup, or one that was not finished.");
        await using var file = await vault.FetchAsync(name, Encoding.ASCII.GetString(hash).Split(' ', 2)[0], "the manifest", cancellationToken);
        try
        {
            var manifest = await JsonSerializer.DeserializeAsync(file, ObjectJson.Default.ObjectManifest, cancellationToken);
            return manifest is null || manifest.Format is < 1 or > ObjectManifest.Version
                    ? throw ArchiveProcess.Refuse($"{vault.Store.Name}: {name} has format {manifest?.Format}; this build reads up to {ObjectManifest.Version}.")
                : manifest.Id != id ? throw ArchiveProcess.Refuse($"{vault.Store.Name}: {name} is the manifest of {manifest.Id}.")
                : manifest;
        }
        catch (JsonException failure)
        {
            throw ArchiveProcess.Refuse($"{vault.Store.Name}: {name} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The namespaces of lists that follow each other.</summary>
    public async Task<Dictionary<NamespaceKey, CatalogEntry>> ReadCatalogsAsync(IEnumerable<CatalogRef> catalogs, CancellationToken cancellationToken)
    {
        var known = new Dictionary<NamespaceKey, CatalogEntry>();
        foreach (var catalog in catalogs)
        {
            foreach (var entry in await ReadCatalogAsync(catalog, cancellationToken))
            {
                known[entry.Key] = entry;
            }
        }

        return known.Where(one => !one.Value.IsGone).ToDictionary();
    }

    public async Task<List<CatalogEntry>> ReadCatalogAsync(CatalogRef catalog, CancellationToken cancellationToken)
    {
        await using var file = await vault.FetchAsync(catalog.Name, catalog.Sha256, "a list of namespaces", cancellationToken);
        return await CatalogFile.ReadAsync(file, $"{vault.Store.Name}: {catalog.Name}", cancellationToken);
    }

    /// <summary>Writes the manifest and its hash. From then on there is a backup.</summary>
    public async Task WriteAsync(ObjectManifest manifest, CancellationToken cancellationToken)
    {
        var name = ObjectManifest.NameOf(manifest.Id);
        var written = await vault.PutAsync(name, JsonSerializer.SerializeToUtf8Bytes(manifest, ObjectJson.Indented.ObjectManifest), cancellationToken);
        await vault.PutPlainAsync(
            name + ObjectManifest.HashSuffix, Encoding.ASCII.GetBytes($"{written.Sha256}  {Path.GetFileName(name)}\n"), cancellationToken);
    }
}
