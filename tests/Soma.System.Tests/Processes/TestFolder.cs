namespace Soma.System.Tests.Processes;

/// <summary>A temporary folder of one test, which is deleted with it.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Location { get; } = Directory.CreateTempSubdirectory("soma-system-").FullName;

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
