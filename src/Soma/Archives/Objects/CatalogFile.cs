using System.IO.Compression;

namespace Soma.Archives.Objects;

/// <summary>A list of namespaces as an object: lines of JSON, compressed.</summary>
internal static class CatalogFile
{
    private static readonly byte[] NewLine = [(byte)'\n'];

    public static byte[] Write(IEnumerable<CatalogEntry> entries)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (var entry in entries.OrderBy(entry => entry.Tenant, StringComparer.Ordinal).ThenBy(entry => entry.Name, StringComparer.Ordinal))
            {
                JsonSerializer.Serialize(gzip, entry, ObjectJson.Default.CatalogEntry);
                gzip.Write(NewLine);
            }
        }

        return memory.ToArray();
    }

    /// <exception cref="StartupException">The file is no list, or names what no backup has.</exception>
    public static async Task<List<CatalogEntry>> ReadAsync(Stream file, string name, CancellationToken cancellationToken)
    {
        try
        {
            var entries = new List<CatalogEntry>();
            using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress), Encoding.UTF8);
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                entries.Add(JsonSerializer.Deserialize(line, ObjectJson.Default.CatalogEntry) is { } entry && IsSane(entry)
                    ? entry : throw ArchiveProcess.Refuse($"{name} names objects or namespaces that no backup has."));
            }

            return entries;
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException or IOException)
        {
            throw ArchiveProcess.Refuse($"{name} cannot be read: {failure.Message}", failure);
        }
    }

    private static bool IsSane(CatalogEntry entry) =>
        NamespaceKey.IsValidName(entry.Tenant) && NamespaceKey.IsValidName(entry.Name) && (entry.IsGone || entry.Segments.Count > 0)
        && entry.Segments.All(segment => segment.IsSane);
}
