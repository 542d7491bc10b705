using System.Formats.Tar;

namespace Soma.Archives.Backups;

/// <summary>A backup in one tar file, which is read in place.</summary>
internal sealed class TarSource : IBackupSource
{
    private readonly string _file;
    private readonly Dictionary<string, (long Offset, long Length)> _entries = [];

    public TarSource(string file)
    {
        _file = file;
        using var stream = File.OpenRead(file);
        try
        {
            using var reader = new TarReader(stream);
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                {
                    _entries[entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name] = (entry.DataOffset, entry.Length);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            throw ArchiveProcess.Refuse($"{file} is damaged or cut off, or no tar file: {failure.Message}", failure);
        }
    }

    public string Name => _file;

    public Stream? Open(string path) => _entries.TryGetValue(path, out var at) ? new FileSection(_file, at.Offset, at.Length) : null;

    public void Dispose()
    {
    }
}
