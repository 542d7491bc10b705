using Soma.Hosting;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Archives;

/// <summary>Runs the archive commands as they are typed in a shell.</summary>
[Collection(ProcessTests.Name)]
public sealed class ArchiveCommandTests
{
    [Fact]
    public async Task A_usage_error_has_another_exit_code_than_a_failure()
    {
        await using var soma = new SomaProcess(new Dictionary<string, string?>());
        foreach (var arguments in (string[][])
        [
            ["backup"], ["backup", "--to", "x", "--keep", "0"], ["restore"], ["restore", "--from", "x", "--as", "no/name"], ["verify"], ["export", "notes"],
            ["export", "no/name", "--to", "x"], ["import", "notes"], ["import", "notes", "--from", "x", "--replace", "--url", "http://127.0.0.1:1"],
            ["import", "notes", "--from", "x", "--run", "again"], ["import", "notes", "--from", "x", "--format", "csv"],
        ])
        {
            Assert.True(await soma.RunToEndAsync(arguments) == (int)ExitCode.Usage, string.Join(' ', arguments));
        }
    }

    [Fact]
    public async Task Namespaces_are_backed_up_exported_and_imported_on_the_command_line()
    {
        using var folder = new TestFolder();
        await BackupTests.OneNoteAsync(folder);
        var (backups, export) = (Path.Combine(folder.Location, "backups"), Path.Combine(folder.Location, "notes.jsonl"));
        await using var source = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = Path.Combine(folder.Location, "data") });
        await using var target = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = Path.Combine(folder.Location, "target") });

        Assert.Equal(0, await source.RunToEndAsync("backup", "--to", backups, "--keep", "1"));
        Assert.Equal(0, await source.RunToEndAsync("backup", "--to", backups + "/none", "--namespace", "nothing", "--tenant", "nobody"));
        Assert.Equal(0, await source.RunToEndAsync("export", "notes", "--to", export));
        Assert.Equal(0, await target.RunToEndAsync("restore", "--from", backups, "--namespace", "notes", "--as", "restored"));
        Assert.Equal(0, await target.RunToEndAsync("import", "imported", "--from", export, "--tenant", "acme"));
        Assert.Equal((int)ExitCode.NamespaceNotEmpty, await target.RunToEndAsync("import", "imported", "--from", export, "--tenant", "acme"));
        Assert.Equal(0, await target.RunToEndAsync("verify", "--from", backups, "--live"));

        Assert.Contains("1 namespaces with 1 memories in", source.Output, StringComparison.Ordinal);
        Assert.Contains("0 namespaces with 0 memories in", source.Output, StringComparison.Ordinal);
        Assert.Contains("2 namespaces with 2 writes, consistent.", target.Output, StringComparison.Ordinal);
    }
}
