using System.IO.Compression;

namespace Soma.Archives.Exports;

/// <summary>A file that is imported, and how far it is read. It is compressed if its name ends in <c>.gz</c>.</summary>
internal sealed class ImportFile : IDisposable
{
    /// <summary>Stands for standard input in the place of a file's name.</summary>
    public const string StandardInput = "-";

    private const int Kilobyte = 1024;

    private readonly FileStream? _file;

    private ImportFile(FileStream? file, Stream stream) => (_file, Stream) = (file, stream);

    /// <summary>Its lines, not compressed.</summary>
    public Stream Stream { get; }

    /// <summary>Its size on the disk; 0: unknown.</summary>
    public long Kilobytes => (_file?.Length ?? 0) / Kilobyte;

    public long KilobytesRead => (_file?.Position ?? 0) / Kilobyte;

    /// <exception cref="StartupException">The file cannot be read.</exception>
    public static ImportFile Open(string path)
    {
        try
        {
            var file = File.OpenRead(path);
            return new ImportFile(file, path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw ArchiveProcess.Refuse($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    public static ImportFile Open(string path, Func<Stream> standardInput) => path == StandardInput ? new ImportFile(null, standardInput()) : Open(path);

    /// <summary>Whether its first line is that of an export of Soma's.</summary>
    /// <exception cref="StartupException">The file cannot be read.</exception>
    public static async Task<bool> IsOfSomaAsync(string path, CancellationToken cancellationToken)
    {
        using var file = Open(path);
        await foreach (var line in ImportLines.ReadAsync(file.Stream, cancellationToken))
        {
            return SomaLineReader.IsHeader(line);
        }

        return false;
    }

    public void Dispose()
    {
        Stream.Dispose();
        _file?.Dispose();
    }
}
