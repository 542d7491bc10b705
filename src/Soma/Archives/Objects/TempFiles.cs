namespace Soma.Archives.Objects;

/// <summary>Files that are gone when they are closed, or when the process ends.</summary>
internal static class TempFiles
{
    private const int Buffer = 1 << 16;

    public static FileStream Create()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = Buffer,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(Path.GetTempPath(), $"soma-{Path.GetRandomFileName()}"), options);
    }
}
