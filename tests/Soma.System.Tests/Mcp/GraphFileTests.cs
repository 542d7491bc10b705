using Soma.Hosting;
using Soma.Mcp;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Mcp;

[Collection(ProcessTests.Name)]
public sealed class GraphFileTests
{
    private static readonly string[] _lines =
    [
        """{"type":"entity","name":"Ada","entityType":"person","observations":["likes tea"]}""",
        """{"type":"entity","name":"Oslo","entityType":"city","observations":[]}""",
        """{"type":"relation","from":"Ada","to":"Oslo","relationType":"lives_in"}""",
    ];

    [Fact]
    public async Task A_file_of_the_reference_server_is_imported_once_and_exported_as_it_was()
    {
        using var folder = new TestFolder();
        var (from, to) = (Path.Combine(folder.Location, "memory.jsonl"), Path.Combine(folder.Location, "again.jsonl"));
        await File.WriteAllLinesAsync(from, _lines);

        Assert.Equal("2 entities and 1 relations were added; the others were there already.", await ImportAsync(folder, from));
        Assert.Equal("0 entities and 0 relations were added; the others were there already.", await ImportAsync(folder, from));
        Assert.Equal(ExitCode.Stopped, await McpCommand.ExportAsync(RequestOf(folder), to, Settings, TextWriter.Null, default));
        Assert.Equal(_lines, await File.ReadAllLinesAsync(to));
    }

    [Fact]
    public async Task A_line_that_is_no_part_of_a_graph_is_named()
    {
        using var folder = new TestFolder();
        var from = Path.Combine(folder.Location, "memory.jsonl");
        await File.WriteAllLinesAsync(from, [_lines[0], """{"type":"thought"}"""]);
        using var errors = new StringWriter();

        Assert.Equal(ExitCode.ArchiveRefused, await McpCommand.ImportAsync(RequestOf(folder), from, Settings, TextWriter.Null, errors, default));
        Assert.Contains("line 2 is neither an entity nor a relation", errors.ToString(), StringComparison.Ordinal);
    }

    private static SettingsReader Settings { get; } = new(name => name == "SOMA_EMBEDDINGS" ? "fast" : null);

    private static McpRequest RequestOf(TestFolder folder) => new("people", IsGraph: true, Path.Combine(folder.Location, "data"), null);

    private static async Task<string> ImportAsync(TestFolder folder, string from)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        Assert.Equal((ExitCode.Stopped, ""), (await McpCommand.ImportAsync(RequestOf(folder), from, Settings, output, errors, default), errors.ToString()));
        return output.ToString().Trim();
    }
}
