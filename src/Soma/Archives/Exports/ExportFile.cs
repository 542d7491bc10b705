using System.IO.Compression;

namespace Soma.Archives.Exports;

/// <summary>The file that an export is written to, compressed if its name ends in <c>.gz</c>.</summary>
internal static class ExportFile
{
    /// <summary>Stands for standard output in the place of a file's name.</summary>
    public const string StandardOutput = "-";

    /// <summary>Writes a new file. It has another name until it is complete, so that nobody takes an incomplete file for the export.</summary>
    /// <exception cref="StartupException">The file is there already, or cannot be written.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        if (File.Exists(path))
        {
            throw ArchiveProcess.Unwritable($"{path} is there already; give the export another file.");
        }

        try
        {
            var unfinished = path + ".tmp";
            await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                var isCompressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
                await using (var compressed = isCompressed ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null)
                {
                    await write(compressed ?? (Stream)file);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw ArchiveProcess.Unwritable($"{path} cannot be written: {failure.Message}", failure);
        }
    }
}
