using System.Security.Cryptography;
using System.Text;
using Soma.Hosting;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Archives;

/// <summary>An archive that was cut off or altered is refused, and nothing is written to the store.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Whichever_byte_of_a_backup_is_altered_it_is_refused()
    {
        var backup = await BackupAsync();
        var part = Part(backup);
        foreach (var file in (string[])[part, Path.Combine(backup, "manifest.json")])
        {
            var whole = await File.ReadAllBytesAsync(file);
            for (var i = 0; i < whole.Length; i++)
            {
                whole[i] ^= 1;
                await File.WriteAllBytesAsync(file, whole);
                whole[i] ^= 1;
                var ended = await new Archiving(new Dictionary<string, string?>()).VerifyAsync(backup);
                Assert.True(ended.Code == ExitCode.ArchiveRefused, $"{file} at {i}: {ended}");
            }

            await AssertNothingIsRestoredAsync(backup, "");
            await File.WriteAllBytesAsync(file, whole);
        }

        (await new Archiving(new Dictionary<string, string?>()).VerifyAsync(backup)).AssertWell();
    }

    [Fact]
    public async Task Wherever_a_part_is_cut_off_it_is_refused()
    {
        var backup = await BackupAsync();
        var part = Part(backup);
        var whole = await File.ReadAllBytesAsync(part);
        for (var length = 0; length < whole.Length; length += 7)
        {
            await File.WriteAllBytesAsync(part, whole[..length]);
            Assert.Equal(ExitCode.ArchiveRefused, (await new Archiving(new Dictionary<string, string?>()).VerifyAsync(backup)).Code);
        }

        await AssertNothingIsRestoredAsync(backup, "missing, cut off or altered");
        File.Delete(part);
        await AssertNothingIsRestoredAsync(backup, "missing, cut off or altered");
    }

    [Fact]
    public async Task Wherever_a_tar_file_is_cut_off_it_is_refused()
    {
        var backup = await BackupAsync("backup.tar");
        var whole = await File.ReadAllBytesAsync(backup);
        var content = whole.Length - 1024;
        for (var length = 0; length < content; length += 199)
        {
            await File.WriteAllBytesAsync(backup, whole[..length]);
            Assert.Equal(ExitCode.ArchiveRefused, (await new Archiving(new Dictionary<string, string?>()).VerifyAsync(backup)).Code);
        }

        await AssertNothingIsRestoredAsync(backup, "");
    }

    [Fact]
    public async Task A_manifest_that_was_changed_is_refused()
    {
        var backup = await BackupAsync();
        var manifest = Path.Combine(backup, "manifest.json");
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("\"notes\"", "\"other\"", StringComparison.Ordinal));

        await AssertNothingIsRestoredAsync(backup, "altered or damaged");
    }

    [Fact]
    public async Task A_manifest_that_names_another_namespace_than_its_part_is_refused_even_with_a_hash_of_its_own()
    {
        var backup = await BackupAsync();
        await RewriteAsync(backup, "\"notes\"", "\"other\"");

        await AssertNothingIsRestoredAsync(backup, "the manifest says otherwise");
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("parts/../../x")]
    [InlineData("/etc/passwd")]
    public async Task A_manifest_cannot_lead_out_of_its_backup(string path)
    {
        var backup = await BackupAsync();
        await RewriteAsync(backup, "parts/000/000001.gz", path);

        await AssertNothingIsRestoredAsync(backup, "names files or namespaces that no backup has");
    }

    [Fact]
    public async Task A_backup_of_a_newer_format_is_refused_with_both_numbers()
    {
        var backup = await BackupAsync();
        await RewriteAsync(backup, "\"format\": 2", "\"format\": 3");

        await AssertNothingIsRestoredAsync(backup, "has format 3; this build reads up to 2");
    }

    [Fact]
    public async Task An_unfinished_backup_is_refused()
    {
        var backup = await BackupAsync();
        File.Delete(Path.Combine(backup, "manifest.json.sha256"));
        await AssertNothingIsRestoredAsync(backup, "no backup, or one that was not finished");
        await AssertNothingIsRestoredAsync(Path.Combine(_folder.Location, "nowhere"), "does not exist");
        await AssertNothingIsRestoredAsync(Path.Combine(_folder.Location, "data"), "holds no backup");
    }

    [Theory]
    [InlineData("cut off: its last line is missing", 2)]
    [InlineData("altered, or some are missing", 1)]
    public async Task An_export_that_was_cut_off_or_altered_is_refused(string why, int kept)
    {
        var archiving = await BackupTests.OneNoteAsync(_folder);
        var file = Path.Combine(_folder.Location, "export.jsonl");
        (await archiving.ExportAsync("notes", file)).AssertWell();
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal(3, lines.Length);
        await File.WriteAllLinesAsync(file, kept == 2 ? lines[..2] : [lines[0], lines[1].Replace("one note", "two note", StringComparison.Ordinal), lines[2]]);

        (await archiving.ImportAsync("copy", file)).AssertFailed(ExitCode.ArchiveRefused, why);

        (await archiving.ExportAsync("copy", file + ".none")).AssertFailed(ExitCode.ArchiveRefused, "there is no namespace");
    }

    private static string Part(string backup) => Path.Combine(backup, "parts", "000", "000001.gz");

    private async Task<string> BackupAsync(string name = "backup")
    {
        var backup = Path.Combine(_folder.Location, name);
        (await (await BackupTests.OneNoteAsync(_folder)).BackupAsync(backup)).AssertWell();
        return backup;
    }

    // Alters the manifest and its hash, as somebody who knows the format would.
    private static async Task RewriteAsync(string backup, string text, string other)
    {
        var manifest = Path.Combine(backup, "manifest.json");
        var changed = (await File.ReadAllTextAsync(manifest)).Replace(text, other, StringComparison.Ordinal);
        await File.WriteAllTextAsync(manifest, changed);
        await File.WriteAllTextAsync(manifest + ".sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(changed))) + "  manifest.json\n");
    }

    private async Task AssertNothingIsRestoredAsync(string backup, string why)
    {
        var target = Path.Combine(_folder.Location, "target");
        var archiving = new Archiving(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = target });

        (await archiving.RestoreAsync(backup, replace: true)).AssertFailed(ExitCode.ArchiveRefused, why);

        Assert.False(Directory.Exists(target));
    }
}
