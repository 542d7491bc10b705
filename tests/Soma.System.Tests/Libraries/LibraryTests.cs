using Soma.System.Tests.Processes;

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
    [InlineData("dotnet", "the chatbot remembers")]
    public async Task A_library_passes_its_own_tests_and_its_example_remembers(string language, string lastLine)
    {
        await using var store = await ServedStore.CreateAsync(StoreKind.Sqlite, postgres);
        await using var soma = new SomaProcess(store.Environment);
        await soma.StartAsync();

        var (exitCode, output) = await Script.RunAsync(soma, $"scripts/libraries/{language}.sh");

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

        var (exitCode, output) = await Script.RunAsync(soma, "scripts/libraries/clients.sh");

        Assert.True(exitCode == 0, output.Tail(80));
        Assert.EndsWith("the clients of other memories work\n", output.ToString(), StringComparison.Ordinal);
    }
}
