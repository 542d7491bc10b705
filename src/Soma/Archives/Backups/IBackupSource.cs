namespace Soma.Archives.Backups;

/// <summary>The files of a backup, wherever they lie.</summary>
internal interface IBackupSource : IDisposable
{
    /// <summary>What a person calls it.</summary>
    string Name { get; }

    /// <summary>A file from its beginning; null: there is none.</summary>
    /// <param name="path">Relative, with <c>/</c>.</param>
    Stream? Open(string path);
}
