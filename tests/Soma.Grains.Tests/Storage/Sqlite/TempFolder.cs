namespace Soma.Grains.Tests.Storage.Sqlite;

/// <summary>A folder of a test's own, gone when disposed.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("soma-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
