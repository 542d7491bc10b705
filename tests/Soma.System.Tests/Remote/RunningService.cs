using System.Text;
using Soma.Hosting;
using Soma.System.Tests.Archives;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Remote;

/// <summary>A service that the tests of a class share, each in a namespace of its own, and command lines that run in the process of the tests.</summary>
public sealed class RunningService : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly SomaProcess _soma;

    public RunningService() => _soma = new SomaProcess(new Dictionary<string, string?>
    {
        ["SOMA_DATA_DIR"] = Path.Combine(_folder.Location, "data"),
        ["SOMA_DRAIN_SECONDS"] = "0",
    });

    public string Url => $"http://127.0.0.1:{_soma.Port}";

    internal HttpClient Client => _soma.Client;

    /// <summary>A folder that is deleted with the service.</summary>
    internal string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder.Location, Guid.NewGuid().ToString("N"))).FullName;

    public Task InitializeAsync() => _soma.StartAsync();

    public async Task DisposeAsync()
    {
        await _soma.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Runs a command line with the right token.</summary>
    internal Task<Ended> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string?> { ["SOMA_URL"] = Url, ["SOMA_API_KEY"] = SomaProcess.Token }, arguments);

    /// <summary>Runs a command line with these variables and no others.</summary>
    internal static async Task<Ended> RunAsync(IReadOnlyDictionary<string, string?> environment, string[] arguments, string input = "")
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var whole = new Dictionary<string, string?> { ["XDG_CONFIG_HOME"] = Path.Combine(AppContext.BaseDirectory, "no-settings") };
        foreach (var (name, value) in environment)
        {
            whole[name] = value;
        }

        var host = new CommandHost(whole.GetValueOrDefault, () => new MemoryStream(Encoding.UTF8.GetBytes(input)), output, errors);
        var code = await CommandLine.RunAsync(arguments, host);
        return new Ended((ExitCode)code, output.ToString(), errors.ToString());
    }
}
