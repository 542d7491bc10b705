using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Explorer;

/// <summary>
/// The explorer of the built service in a real browser. What is tried stands in <c>ui/browser</c>, in the browser driver's own language.
/// <c>SOMA_UI_MEMORIES</c> says with how many memories.
/// </summary>
[Collection(ProcessTests.Name)]
public sealed class ExplorerTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_user_sees_searches_and_changes_memories_in_a_browser()
    {
        await using var store = await ServedStore.CreateAsync(StoreKind.Sqlite, postgres);
        await using var soma = new SomaProcess(store.Environment);
        await soma.StartAsync();

        var (exitCode, output) = await Script.RunAsync(soma, "scripts/ui-browser.sh", Environment.GetEnvironmentVariable("SOMA_UI_MEMORIES") ?? "3000");

        Assert.True(exitCode == 0, output.Tail(80));
    }
}
