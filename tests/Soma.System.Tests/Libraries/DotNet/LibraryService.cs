using Soma.Client;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Libraries.DotNet;

/// <summary>The built service on SQLite, started once for the tests of a class.</summary>
public sealed class LibraryService : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    public LibraryService() => Process = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = _folder.Location });

    internal SomaProcess Process { get; }

    internal Uri Url => new($"http://127.0.0.1:{Process.Port}");

    /// <summary>A client in a namespace that no other test uses.</summary>
    internal SomaClient NewClient(Action<SomaClientOptions>? change = null)
    {
        var options = new SomaClientOptions { Url = Url, Token = SomaProcess.Token, Namespace = NewName() };
        change?.Invoke(options);
        return new SomaClient(options);
    }

    internal static string NewName() => $"net-{Guid.NewGuid():N}";

    public Task InitializeAsync() => Process.StartAsync();

    public async Task DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }
}
