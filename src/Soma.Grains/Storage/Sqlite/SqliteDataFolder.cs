namespace Soma.Grains.Storage.Sqlite;

/// <summary>The folder of one process's data, locked as long as this lives.</summary>
public sealed class SqliteDataFolder : IDisposable
{
    public const string DatabaseName = "soma.db";

    // Another holder of the lock: EAGAIN on Linux, EWOULDBLOCK on macOS, sharing and lock violation on Windows.
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    private readonly FileStream _lock;

    private SqliteDataFolder(string path, FileStream lockFile) => (DatabaseFile, _lock) = (Path.Combine(path, DatabaseName), lockFile);

    public string DatabaseFile { get; }

    /// <summary>Makes the folder where it is missing and takes its lock, <c>soma.lock</c>.</summary>
    /// <exception cref="DataFolderInUseException">Another process has it.</exception>
    /// <exception cref="DataFolderException">It cannot be made or written.</exception>
    public static SqliteDataFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var lockFile = new FileStream(Path.Combine(path, "soma.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new SqliteDataFolder(path, lockFile);
        }
        catch (IOException exception) when (HeldByAnother.Contains(exception.HResult))
        {
            throw new DataFolderInUseException(path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DataFolderException($"The data folder {path} cannot be written: {exception.Message}", exception);
        }
    }

    public void Dispose() => _lock.Dispose();
}

/// <summary>The data folder cannot be used as it is; the message is one line for an operator.</summary>
public class DataFolderException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another process has the data folder.</summary>
public sealed class DataFolderInUseException(string folder, Exception inner)
    : DataFolderException($"Another soma process uses the data folder {folder}: stop it, or give this one another folder.", inner);
