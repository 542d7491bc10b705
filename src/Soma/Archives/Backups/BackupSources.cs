using System.Formats.Tar;

namespace Soma.Archives.Backups;

/// <summary>The files of a backup, in a folder or in a tar file.</summary>
internal interface IBackupSource
{
    /// <summary>The backup's name in messages.</summary>
    string Name { get; }

    /// <summary>Opens a file at its beginning; null if there is none.</summary>
    /// <param name="path">The path inside the backup, e.g. <c>parts/000/000001.gz</c>.</param>
    Stream? Open(string path);
}

/// <summary>A backup in a folder.</summary>
internal sealed class FolderSource(string folder) : IBackupSource
{
    public string Name => folder;

    public Stream? Open(string path)
    {
        var file = Path.Combine(folder, path);
        return File.Exists(file) ? File.OpenRead(file) : null;
    }
}

/// <summary>A backup in one tar file, which is read without unpacking it.</summary>
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
}

/// <summary>Reads a section of a file as a stream of its own.</summary>
internal sealed class FileSection : Stream
{
    private readonly FileStream _file;
    private long _left;

    public FileSection(string file, long offset, long length)
    {
        _file = File.OpenRead(file);
        _file.Position = offset;
        (_left, Length) = (length, length);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => Length - _left;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = _file.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }
}
