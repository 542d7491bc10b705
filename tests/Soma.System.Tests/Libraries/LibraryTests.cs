using System.Diagnostics;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Libraries;

/// <summary>
/// The client libraries of other languages against the built service. Each has tests in its own language, which its script runs, and after them the
/// script packs the library and talks with an example that uses the package.
/// </summary>
[Collection(ProcessTests.Name)]
public sealed class LibraryTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("typescript", "the chatbot remembers")]
    [InlineData("python", "the chatbot remembers")]
    public async Task A_library_passes_its_own_tests_and_its_example_remembers(string language, string lastLine)
    {
        await using var store = await ServedStore.CreateAsync(StoreKind.Sqlite, postgres);
        await using var soma = new SomaProcess(store.Environment);
        await soma.StartAsync();

        var (exitCode, output) = await RunAsync($"scripts/libraries/{language}.sh", soma);

        Assert.True(exitCode == 0, output.Tail(80));
        Assert.EndsWith($"{lastLine}\n", output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>LangGraph's and mem0's own clients, from npm, with nothing changed but the address and the key.</summary>
    [Fact]
    public async Task Clients_of_other_memories_work_by_their_address_alone()
    {
        await using var store = await ServedStore.CreateAsync(StoreKind.Sqlite, postgres);
        await using var soma = new SomaProcess(store.Environment);
        await soma.StartAsync();

        var (exitCode, output) = await RunAsync("scripts/libraries/clients.sh", soma);

        Assert.True(exitCode == 0, output.Tail(80));
        Assert.EndsWith("the clients of other memories work\n", output.ToString(), StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, CapturedText Output)> RunAsync(string script, SomaProcess soma)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, script)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SOMA_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["SOMA_URL"] = soma.Client.BaseAddress!.ToString().TrimEnd('/');
        start.Environment["SOMA_API_TOKEN"] = SomaProcess.Token;
        var output = new CapturedText();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => output.Append(line.Data);
        process.ErrorDataReceived += (_, line) => output.Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
