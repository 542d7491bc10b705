namespace Soma.Archives.Backups;

/// <summary>A backup in a folder.</summary>
internal sealed class FolderSource(string folder) : IBackupSource
{
    public string Name => folder;

    public Stream? Open(string path)
    {
        var file = Path.Combine(folder, path);
        return File.Exists(file) ? File.OpenRead(file) : null;
    }

    public void Dispose()
    {
    }
}
