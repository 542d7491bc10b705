using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Mcp;

/// <summary>What the authors of MCP publish for it, against the built service and the built <c>soma mcp</c>.</summary>
[Collection(ProcessTests.Name)]
public sealed class McpAuthorsTests
{
    [Theory]
    [InlineData("conformance")]
    [InlineData("clients")]
    [InlineData("inspector")]
    public async Task The_service_speaks_the_protocol_as_its_authors_tools_expect(string tool)
    {
        using var folder = new TestFolder();
        await using var soma = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = folder.Location, ["SOMA_EMBEDDINGS"] = "fast" });
        await soma.StartAsync();

        var (exitCode, output) = await Script.RunAsync(soma, "scripts/libraries/mcp.sh", tool);

        Assert.True(exitCode == 0, output.Tail(120));
        Assert.EndsWith($"mcp {tool} passed\n", output.ToString(), StringComparison.Ordinal);
    }
}
