namespace Soma.Archives.Objects;

/// <summary>The lists that a backup wrote before it was interrupted, with the name of that backup; null: none was.</summary>
internal sealed record UnfinishedLists(string? Id, IReadOnlyList<(CatalogRef List, List<CatalogEntry> Entries)> Lists)
{
    public const string Folder = "catalogs/";

    // A backup that was interrupted longer ago is started again.
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    public static string NameOf(string id, int number) => string.Create(CultureInfo.InvariantCulture, $"{Folder}{id}-{number:D6}");

    /// <summary>The backup that a list was written by; null: its name is no list's.</summary>
    public static string? IdOf(string name) =>
        name[Folder.Length..].LastIndexOf('-') is var end and > 0 && name[Folder.Length..][..end] is var id && BackupIds.TimeOf(id) is not null ? id : null;

    public static async Task<UnfinishedLists> FindAsync(
        ObjectVault vault, IReadOnlyList<string> finished, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var one in vault.Store.ListAsync(Folder, cancellationToken))
        {
            if (IdOf(one.Name) is { } id && IsOpen(id, finished, now))
            {
                names.Add(one.Name);
            }
        }

        if (names.Count == 0)
        {
            return new UnfinishedLists(null, []);
        }

        // Of several that were interrupted the newest is continued.
        var newest = names.Select(IdOf).Max(StringComparer.Ordinal);
        var lists = new List<(CatalogRef, List<CatalogEntry>)>();
        foreach (var name in names.Where(name => IdOf(name) == newest).Order(StringComparer.Ordinal))
        {
            lists.Add(await ReadAsync(vault, name, cancellationToken));
        }

        return new UnfinishedLists(newest, lists);
    }

    // A backup that finished later holds all of an interrupted one, and more.
    private static bool IsOpen(string id, IReadOnlyList<string> finished, DateTimeOffset now) =>
        (finished.Count == 0 || string.CompareOrdinal(id, finished[^1]) > 0) && now - BackupIds.TimeOf(id) < LongestPause;

    private static async Task<(CatalogRef, List<CatalogEntry>)> ReadAsync(ObjectVault vault, string name, CancellationToken cancellationToken)
    {
        var stored = await vault.ReadPlainAsync(name, cancellationToken) ?? throw ArchiveProcess.Refuse($"{vault.Store.Name}: {name} went while it was read.");
        var hash = Convert.ToHexStringLower(SHA256.HashData(stored));
        await using var plain = await vault.FetchAsync(name, hash, "a list of namespaces", cancellationToken);
        var entries = await CatalogFile.ReadAsync(plain, $"{vault.Store.Name}: {name}", cancellationToken);
        return (new CatalogRef(name, hash, stored.Length, entries.Count), entries);
    }
}
