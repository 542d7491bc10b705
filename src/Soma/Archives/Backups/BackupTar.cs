using System.Formats.Tar;

namespace Soma.Archives.Backups;

/// <summary>Makes one file of a finished backup's folder.</summary>
internal static class BackupTar
{
    /// <summary>Whether the destination of a backup is to be one file.</summary>
    public static bool IsWanted(string path) => path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where the backup is written before it becomes one file.</summary>
    public static string WorkFolder(string file) => file + ".partial";

    public static async Task PackAsync(string folder, Manifest manifest, string file, CancellationToken cancellationToken)
    {
        var unfinished = file + ".tmp";
        await using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
            {
                foreach (var path in (string[])[Manifest.FileName, Manifest.HashFileName, .. manifest.Namespaces.Select(entry => entry.Part)])
                {
                    await tar.WriteEntryAsync(Path.Combine(folder, path), path, cancellationToken);
                }
            }

            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file);
        Directory.Delete(folder, recursive: true);
    }
}
